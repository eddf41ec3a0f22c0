/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* timer.c - the table of timers, and the runs of their callbacks.
 *
 *   struct bpf_timer in a map value     16 bytes that say nothing; their address is the key
 *   struct timer                        map, callback, when it is due; chained by address
 *
 * Nothing runs behind the host's back: callbacks run when it calls rt_timers_run(). A timer ends
 * with its map entry (deleted or updated by a program) or with the program that made it. */
#include "rt/timer.h"
#include "rt/helpers/helpers.h"
#include "rt/lock.h"
#include "rt/maps/kind.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 1024, NO_FUNC = UINT32_MAX };

struct timer {
    struct timer *next;
    u64 addr, due; /* due 0: not armed */
    struct map *map;
    u32 map_index, func;
};
struct timers {
    atomic_bool lock;
    u32 n;
    struct timer *bucket[BUCKETS];
};

struct timers *timers_new(void) {
    return calloc(1, sizeof(struct timers));
}

void timers_drop(struct timers *t) {
    for (u32 i = 0; t && i < BUCKETS; i++)
        while (t->bucket[i]) {
            struct timer *gone = t->bucket[i];
            t->bucket[i] = gone->next;
            free(gone);
        }
    free(t);
}

static struct timer **find(struct timers *t, u64 addr) {
    struct timer **p = &t->bucket[(addr >> 3) * 0x9e3779b97f4a7c15u >> 54];
    while (*p && (*p)->addr != addr)
        p = &(*p)->next;
    return p;
}

static void forget(struct timers *t, u64 addr) {
    lock(&t->lock);
    struct timer **p = find(t, addr), *gone = *p;
    if (gone) {
        *p = gone->next;
        t->n--;
    }
    unlock(&t->lock);
    free(gone);
}

void timer_forget(struct ctx *cx, struct map *m, const void *key) {
    u8 *v = cx->program->timers && m->kind->lookup ? m->kind->lookup(m, key) : NULL;
    if (v)
        forget(cx->program->timers, num(v) + (u32)m->timer_off);
}

/* The module's map whose values have a timer at this place; -1: none. */
static s64 map_of(struct ctx *cx, const struct map *m, u64 addr) {
    u64 off = addr - num(m->value);
    for (u32 i = 0; i < cx->program->m->nmap; i++)
        if (cx->program->map[i] == m && m->timer_off >= 0 && m->value && off < m->value_len)
            return m->type != 2 || off % m->stride == (u32)m->timer_off ? (s64)i : -1;
    return -1;
}

H(timer_init) {
    enum { REALTIME, MONOTONIC, BOOTTIME = 7 };
    struct timers *t = cx->program->timers;
    struct map *m = ptr(r2);
    s64 index = map_of(cx, m, r1), r = 0;
    struct timer **p;
    if (index < 0 || !t)
        return trap(cx, TRAP_BAD_ARGUMENT);
    if (r3 != REALTIME && r3 != MONOTONIC && r3 != BOOTTIME)
        return (u64)-EINVAL;
    struct timer *fresh = malloc(sizeof *fresh);
    if (!fresh)
        return (u64)-ENOMEM;
    *fresh = (struct timer){NULL, r1, 0, m, (u32)index, NO_FUNC};
    lock(&t->lock);
    if (*(p = find(t, r1))) {
        r = -EBUSY;
    } else if (t->n == MAX_TIMERS) {
        r = -ENOMEM;
    } else {
        *p = fresh;
        t->n++;
    }
    unlock(&t->lock);
    if (r)
        free(fresh);
    return (u64)r;
}

H(timer_set_callback) {
    struct timers *t = cx->program->timers;
    struct timer *x;
    if (!t)
        return (u64)-EINVAL;
    lock(&t->lock);
    if ((x = *find(t, r1)))
        x->func = (u32)r2;
    unlock(&t->lock);
    return x ? 0 : (u64)-EINVAL;
}

H(timer_start) {
    enum { ABS = 1, CPU_PIN = 2 };
    struct timers *t = cx->program->timers;
    struct timer *x;
    u64 due;
    s64 r = -EINVAL;
    if (r3 > (ABS | CPU_PIN) || !t)
        return (u64)-EINVAL;
    if (r3 & ABS)
        due = r2;
    else if (__builtin_add_overflow(os_time_ns(), r2, &due))
        due = INT64_MAX;
    lock(&t->lock);
    if ((x = *find(t, r1)) && x->func != NO_FUNC) {
        x->due = due ? due : 1;
        r = 0;
    }
    unlock(&t->lock);
    return (u64)r;
}

H(timer_cancel) {
    struct timers *t = cx->program->timers;
    struct timer *x;
    s64 r = -EINVAL;
    if (!t)
        return (u64)-EINVAL;
    lock(&t->lock);
    if ((x = *find(t, r1))) {
        r = x->due != 0;
        x->due = 0;
    }
    unlock(&t->lock);
    return (u64)r;
}

/* ---- the host's side ---- */

u64 rt_timers_next(struct program *p) {
    u64 first = UINT64_MAX;
    if (!p->timers)
        return first;
    lock(&p->timers->lock);
    for (u32 i = 0; i < BUCKETS; i++)
        for (const struct timer *x = p->timers->bucket[i]; x; x = x->next)
            if (x->due && x->due < first)
                first = x->due;
    unlock(&p->timers->lock);
    return first;
}

/* Takes a timer that is due out of the waiting ones; false: none. */
static bool take_due(struct timers *t, u64 now, struct timer *out) {
    bool found = false;
    lock(&t->lock);
    for (u32 i = 0; i < BUCKETS && !found; i++)
        for (struct timer *x = t->bucket[i]; x && !found; x = x->next)
            if (x->due && x->due <= now) {
                *out = *x;
                x->due = 0;
                found = true;
            }
    unlock(&t->lock);
    return found;
}

/* The key of the entry whose value stands at v; false: it is not there any more. */
static bool key_of(struct map *m, const u8 *v, u8 *key, u8 *then) {
    if (m->type == 2) {
        u32 i = (u32)((u64)(v - m->value) / m->stride);
        memcpy(key, &i, 4);
        return true;
    }
    for (s64 r = m->kind->next(m, NULL, key); !r; r = m->kind->next(m, then, key)) {
        if (m->kind->lookup(m, key) == v)
            return true;
        memcpy(then, key, m->key_size);
    }
    return false;
}

u32 rt_timers_run(struct instance *in, u64 now, u32 *trap) {
    struct timers *t = in->p->timers;
    struct timer x;
    u32 n = 0;
    *trap = 0;
    for (; t && n < MAX_TIMERS && take_due(t, now, &x); n++) {
        u8 *v = ptr(x.addr - (u32)x.map->timer_off), *key = malloc((size_t)x.map->key_size * 2);
        if (key && key_of(x.map, v, key, key + x.map->key_size)) {
            u64 args[5] = {handle(TAG_MAP, x.map_index), num(key), num(v), 0, 0};
            struct run_input i = {.mem = key, .mem_len = x.map->key_size, .args = args};
            u32 r = instance_run(in, x.func, &i, NULL);
            if (r && !*trap)
                *trap = r;
        }
        free(key);
    }
    return n;
}
