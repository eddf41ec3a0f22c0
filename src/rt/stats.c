/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* stats.c - counters of runs and map operations.
 *
 *   program.stats -> [ struct stats ] -> [ struct stats ] -> ...     one for each instance at a time
 *
 * Each block is written by the thread of its instance alone, so counting is a plain addition that
 * others may read at any time. A block stays when its instance goes, and the next instance goes on
 * with it: the sum over all blocks is the sum over all runs. */
#include "rt/stats.h"
#include "base/platform.h"
#include "rt/lock.h"
#include "rt/mem.h"
#include <stdlib.h>
#include <string.h>

struct stats {
    struct stats *next;
    bool used;
    _Atomic u64 runs, traps, insns, ns, ns_max, tail_calls;
    _Atomic u64 bucket[STATS_BUCKETS];
    _Atomic u64 map[][MAP_COUNTS]; /* nmap rows, and one for maps that are not the program's own */
};

struct stats_list {
    atomic_bool lock;
    struct stats *head;
};

enum counted_what { LOOKUP, UPDATE, DELETE, RECORD };
enum counted_when { NONZERO, NOT_NEGATIVE, REDIRECTS };
enum { XDP_REDIRECT = 4 };

static const struct counted {
    const char *name;
    u8 arg, what, when;
} counted[] = {
#define COUNTED(id, helper, map, does, done) [id] = {#helper, map, does, done},
#include "rt/counted.def"
};

/* What stands in a program's table in place of the built-in helper. */
struct counted_helper {
    struct helper h;
    const struct helper *inner;
    const struct counted *how;
};

static void add(_Atomic u64 *c, u64 n) {
    atomic_store_explicit(c, atomic_load_explicit(c, memory_order_relaxed) + n, memory_order_relaxed);
}

/* The row of a map handle: of the instance's own program, whichever program runs now. */
static u32 row_of(const struct ctx *cx, u64 handle) {
    const struct program *now = cx->program, *own = cx->in->p;
    u64 i = handle_index(handle);
    u32 k = 0;
    if (handle_tag(handle) != TAG_MAP || i >= now->m->nmap)
        return own->m->nmap;
    if (now == own)
        return (u32)i;
    while (k < own->m->nmap && own->map[k] != now->map[i])
        k++;
    return k;
}

static bool was_done(u8 when, u64 r0) {
    switch ((enum counted_when)when) {
    case NONZERO: return r0 != 0;
    case NOT_NEGATIVE: return (s64)r0 >= 0;
    case REDIRECTS: return (u32)r0 == XDP_REDIRECT;
    }
    return false;
}

static void count(_Atomic u64 *row, u8 what, bool done) {
    switch ((enum counted_what)what) {
    case LOOKUP:
        add(&row[COUNT_LOOKUP], 1);
        if (!done)
            add(&row[COUNT_MISS], 1);
        return;
    case UPDATE: add(&row[done ? COUNT_UPDATE : COUNT_FAILED], 1); return;
    case DELETE: add(&row[done ? COUNT_DELETE : COUNT_FAILED], 1); return;
    case RECORD: add(&row[done ? COUNT_UPDATE : COUNT_LOST], 1); return;
    }
}

static u64 counting_thunk(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5) {
    const struct counted_helper *c = (const struct counted_helper *)cx->callee;
    struct stats *s = cx->in->stats;
    u64 r0 = c->inner->fn(cx, r1, r2, r3, r4, r5);
    if (s && !cx->trap) /* no s: reached by a tail call from a program that does not count */
        count(s->map[row_of(cx, c->how->arg == 1 ? r1 : r2)], c->how->what, was_done(c->how->when, r0));
    return r0;
}

bool stats_bind(struct program *p, const struct helper **table, u32 n) {
    if (!(p->stats = arena_new(&p->arena, struct stats_list, 1)))
        return false;
    for (u32 id = 0; id < COUNT(counted) && id < n; id++) {
        struct counted_helper *c;
        if (!counted[id].name || !table[id] || table[id] != builtin_helper(id)) /* a host's own is not counted */
            continue;
        if (!(c = arena_new(&p->arena, struct counted_helper, 1)))
            return false;
        c->inner = table[id];
        c->how = &counted[id];
        c->h = *c->inner;
        c->h.fn = counting_thunk;
        /* the inner function checks the map; engines, which do look-ups of known maps in line, see a number */
        c->h.arg[c->how->arg - 1] = ARG_ANY;
        table[id] = &c->h;
    }
    return true;
}

void stats_drop(struct program *p) {
    struct stats *s, *next;
    for (s = p->stats ? p->stats->head : NULL; s; s = next) {
        next = s->next;
        free(s);
    }
    p->stats = NULL;
}

bool stats_join(struct instance *in) {
    struct stats_list *l = in->p->stats;
    struct stats *s;
    lock(&l->lock);
    for (s = l->head; s && s->used; s = s->next)
        ;
    if (!s && (s = calloc(1, sizeof *s + (in->p->m->nmap + 1) * sizeof *s->map))) {
        s->next = l->head;
        l->head = s;
    }
    if (s)
        s->used = true;
    unlock(&l->lock);
    in->stats = s;
    return s;
}

void stats_part(struct instance *in) {
    struct stats_list *l = in->p->stats;
    lock(&l->lock);
    in->stats->used = false;
    unlock(&l->lock);
    in->stats = NULL;
}

/* 0..7 as they are; then the three bits below the highest one choose among eight. */
static u32 bucket_of(u64 ns) {
    u32 high = ns < 8 ? 0 : 63 - (u32)__builtin_clzll(ns);
    return ns < 8 ? (u32)ns : (high - 2) * 8 + (u32)(ns >> (high - 3) & 7);
}
_Static_assert((63 - 2) * 8 + 7 < STATS_BUCKETS, "the largest time has a row");

/* The largest time of a row. */
static u64 bucket_end(u32 b) {
    u32 high = b / 8 + 2;
    return b < 8 ? b : ((u64)(8 + b % 8 + 1) << (high - 3)) - 1;
}

u32 stats_run(struct instance *in, u32 func, const struct run_input *i, u64 *insns) {
    struct stats *s = in->stats;
    u64 start = os_time_ns(), ns, n = 0;
    u32 trap = instance_run(in, func, i, &n);
    ns = os_time_ns() - start;
    add(&s->runs, 1);
    add(&s->traps, trap != TRAP_NONE);
    add(&s->insns, n);
    add(&s->ns, ns);
    add(&s->tail_calls, in->cx.tail_count);
    add(&s->bucket[bucket_of(ns)], 1);
    if (ns > atomic_load_explicit(&s->ns_max, memory_order_relaxed))
        atomic_store_explicit(&s->ns_max, ns, memory_order_relaxed);
    if (insns)
        *insns = n;
    return trap;
}

static u64 get(_Atomic u64 *c) {
    return atomic_load_explicit(c, memory_order_relaxed);
}

bool stats_read(const struct program *p, u32 map, struct stats_sum *out) {
    u32 first = map == ALL_MAPS ? 0 : map, last = map == ALL_MAPS ? p->m->nmap : map;
    memset(out, 0, sizeof *out);
    if (!p->stats)
        return false;
    lock(&p->stats->lock);
    for (struct stats *s = p->stats->head; s; s = s->next) {
        u64 most = get(&s->ns_max);
        out->runs += get(&s->runs);
        out->traps += get(&s->traps);
        out->insns += get(&s->insns);
        out->ns += get(&s->ns);
        out->tail_calls += get(&s->tail_calls);
        if (most > out->ns_max)
            out->ns_max = most;
        for (u32 b = 0; b < STATS_BUCKETS; b++)
            out->bucket[b] += get(&s->bucket[b]);
        for (u32 i = first; i <= last; i++)
            for (u32 k = 0; k < MAP_COUNTS; k++)
                out->map[k] += get(&s->map[i][k]);
    }
    unlock(&p->stats->lock);
    return true;
}

u64 stats_quantile(const struct stats_sum *s, u32 per_mille) {
    u64 total = 0, seen = 0;
    u32 b;
    for (b = 0; b < STATS_BUCKETS; b++)
        total += s->bucket[b];
    for (b = 0; b < STATS_BUCKETS && total; b++) {
        seen += s->bucket[b];
        if (seen * 1000 >= total * per_mille)
            return min64(bucket_end(b), s->ns_max);
    }
    return 0;
}
