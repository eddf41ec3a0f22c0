/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* maps.c - helpers that work on maps, and ring buffer records. */
#include "rt/helpers/helpers.h"
#include "rt/maps/kind.h"
#include "rt/timer.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ARRAY_OF_MAPS = 12, HASH_OF_MAPS = 13, RINGBUF = 27, PERF_EVENT_ARRAY = 4 };

/* The helper is not for maps of this type: the kernel's verifier refuses the program. */
static u64 wrong_map(struct ctx *cx) {
    return trap(cx, TRAP_BAD_MAP);
}

/* A map of maps, or a kind that cannot be looked up. */
static __attribute__((noinline)) u64 lookup_other(struct ctx *cx, struct map *m, const void *key) {
    if (m->type != ARRAY_OF_MAPS && m->type != HASH_OF_MAPS)
        return wrong_map(cx);
    struct map *inner = map_in_map_get(m, key);
    return inner ? inner_map_handle(cx, inner) : 0;
}

H(map_lookup_elem) { /* arrays: see lookup_thunk() in thunks.c */
    struct map *m = ptr(r1);
    u8 *v;
    if (unlikely(!m->kind->lookup))
        return lookup_other(cx, m, ptr(r2));
    if (!m->cpu_stride)
        return num(m->kind->lookup(m, ptr(r2)));
    v = m->kind->lookup(m, ptr(r2));
    return v ? num(v + (u64)cx->cpu * m->cpu_stride) : 0;
}

H(map_lookup_percpu_elem) {
    struct map *m = ptr(r1);
    u8 *v;
    if (!m->cpu_stride)
        return wrong_map(cx);
    if (r3 >= env_of(m)->cpus)
        return 0;
    v = m->kind->lookup(m, ptr(r2));
    return v ? num(v + r3 * m->cpu_stride) : 0;
}

H(map_update_elem) {
    struct map *m = ptr(r1);
    if (!m->kind->update)
        return wrong_map(cx);
    if (m->read_only)
        return trap(cx, TRAP_READ_ONLY);
    if (unlikely(m->timer_off >= 0))
        timer_forget(cx, m, ptr(r2));
    if (unlikely(m->lock_off >= 0 || r4 & UPDATE_LOCK)) {
        for (u32 i = 0; i < cx->in->nobject; i++)
            if (cx->in->object[i].kind == OBJECT_LOCK)
                return trap(cx, TRAP_HELD);
        return m->kind->lookup ? (u64)map_update_special(m, cx, ptr(r2), ptr(r3), r4, cx->cpu) : (u64)-EINVAL;
    }
    return (u64)m->kind->update(m, ptr(r2), ptr(r3), r4, cx->cpu);
}

H(map_delete_elem) {
    struct map *m = ptr(r1);
    if (!m->kind->erase || !m->kind->lookup)
        return wrong_map(cx);
    if (m->read_only)
        return trap(cx, TRAP_READ_ONLY);
    if (unlikely(m->timer_off >= 0))
        timer_forget(cx, m, ptr(r2));
    return (u64)m->kind->erase(m, ptr(r2));
}

H(map_push_elem) {
    struct map *m = ptr(r1);
    return m->kind->push ? (u64)m->kind->push(m, ptr(r2), r3) : wrong_map(cx);
}

H(map_pop_elem) {
    struct map *m = ptr(r1);
    return m->kind->pop ? (u64)m->kind->pop(m, ptr(r2), true) : wrong_map(cx);
}

H(map_peek_elem) {
    struct map *m = ptr(r1);
    return m->kind->pop ? (u64)m->kind->pop(m, ptr(r2), false) : wrong_map(cx);
}

/* ---- for_each ---- */

enum { FOR_HASH = 1, FOR_ARRAY = 2, FOR_PERCPU_HASH = 5, FOR_PERCPU_ARRAY = 6, FOR_LRU = 9, FOR_LRU_PERCPU = 10 };

/* Two copies of a key: the one that the callback sees, and the next. */
static u8 *key_room(struct instance *in, u32 size) {
    u32 need = (u32)align_up(size, 16) * 2;
    if (need > in->key_cap) {
        u8 *p = realloc(in->key, need);
        if (!p)
            return NULL;
        in->key = p;
        in->key_cap = need;
    }
    return in->key;
}

/* callback(map, key, value, ctx) for each entry; 1 stops. The key it sees is a copy of its own,
 * readable while the callback runs. */
static u64 each(struct ctx *cx, struct map *m, u64 map_handle, u32 func, u64 arg, u8 *key, u32 row) {
    u8 *then = key + align_up(m->key_size, 16);
    s64 have = m->kind->next(m, NULL, key);
    u64 n = 0, ret;
    while (!have) {
        u8 *v = m->kind->lookup(m, key);
        have = m->kind->next(m, key, then);
        if (v) {
            u64 args[5] = {map_handle, num(key), num(v + (u64)cx->cpu * m->cpu_stride), arg, 0};
            region_set(&cx->region[row], key, m->key_size, false);
            n++;
            if (!charge(cx, 1) || !cx->services->call(cx, func, args, &ret) || ret)
                break;
        }
        memcpy(key, then, m->key_size);
    }
    return n;
}

H(for_each_map_elem) {
    struct map *m = ptr(r1);
    struct instance *in = cx->in;
    u64 map_handle = 0, n;
    u32 row;
    switch (m->type) {
    case FOR_HASH:
    case FOR_ARRAY:
    case FOR_PERCPU_HASH:
    case FOR_PERCPU_ARRAY:
    case FOR_LRU:
    case FOR_LRU_PERCPU: break;
    default: return wrong_map(cx);
    }
    if (r4)
        return (u64)-EINVAL;
    for (u32 i = 0; i < cx->program->m->nmap; i++)
        if (cx->program->map[i] == m)
            map_handle = handle(TAG_MAP, i);
    if (!map_handle)
        map_handle = inner_map_handle(cx, m);
    /* a nested for_each needs keys of its own */
    u8 *outer = in->key;
    u32 outer_cap = in->key_cap;
    if (in->nest) {
        in->key = NULL;
        in->key_cap = 0;
    }
    u8 *key = key_room(in, m->key_size);
    if (!key || !(row = region_add(cx, key, m->key_size, false))) {
        n = (u64)-ENOMEM;
    } else {
        n = each(cx, m, map_handle, (u32)r2, r3, key, row);
        region_remove(cx, row);
    }
    if (in->nest) {
        free(in->key);
        in->key = outer;
        in->key_cap = outer_cap;
    }
    return n;
}

/* ---- ring buffers ---- */

H(ringbuf_reserve) {
    struct map *m = ptr(r1);
    struct object *o;
    u8 *rec;
    if (m->type != RINGBUF)
        return wrong_map(cx);
    if (r3 || !(rec = ringbuf_reserve(m, r2)))
        return 0;
    if (!(o = object_new(cx, OBJECT_RECORD, m, rec)) || (r2 && !(o->region = region_add(cx, rec, r2, true)))) {
        if (o)
            object_free(cx, o);
        ringbuf_commit(m, rec, true); /* more records than a run may hold: as if the ring were full */
        return 0;
    }
    return num(rec);
}

static u64 commit(struct ctx *cx, u64 rec, bool discard, u64 flags) {
    struct object *o = object_find(cx, OBJECT_RECORD, ptr(rec));
    struct map *m = o->map;
    object_free(cx, o);
    ringbuf_submit(m, ptr(rec), discard, flags);
    return 0;
}

H(ringbuf_submit) {
    return commit(cx, r1, false, r2);
}
H(ringbuf_discard) {
    return commit(cx, r1, true, r2);
}

H(ringbuf_output) {
    struct map *m = ptr(r1);
    u8 *rec;
    if (m->type != RINGBUF)
        return wrong_map(cx);
    if (r4 & ~(u64)(RING_NO_WAKEUP | RING_FORCE_WAKEUP))
        return (u64)-EINVAL;
    if (!(rec = ringbuf_reserve(m, r3))) {
        cx->in->lost++;
        return (u64)-EAGAIN;
    }
    memcpy(rec, ptr(r2), r3);
    ringbuf_submit(m, rec, false, r4);
    return 0;
}

H(ringbuf_query) {
    struct map *m = ptr(r1);
    return m->type == RINGBUF ? ringbuf_query(m, r2) : wrong_map(cx);
}

/* flags: low 32 bits the index (or BPF_F_CURRENT_CPU), bits 32..51 how much of the packet follows. */
H(perf_event_output) {
    const u64 index_mask = 0xffffffffu, ctx_len_mask = (u64)0xfffff << 32;
    struct map *m = ptr(r2);
    u64 packet = (r3 & ctx_len_mask) >> 32;
    u8 *rec;
    if (m->type != PERF_EVENT_ARRAY)
        return wrong_map(cx);
    if (r3 & ~(index_mask | ctx_len_mask))
        return (u64)-EINVAL;
    if (packet && (!cx->pkt || packet > (u64)(cx->pkt->end - cx->pkt->data)))
        return (u64)-EFAULT;
    if ((u32)r3 != 0xffffffffu && (u32)r3 >= m->max_entries && m->max_entries)
        return (u64)-E2BIG;
    if (!charge_bytes(cx, packet))
        return 0;
    if (!(rec = ringbuf_reserve(m, r5 + packet))) {
        cx->in->lost++;
        return (u64)-ENOSPC;
    }
    memcpy(rec, ptr(r4), r5);
    if (packet)
        memcpy(rec + r5, cx->pkt->data, packet);
    ringbuf_commit(m, rec, false);
    return 0;
}
