/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* objects.c - tables, globals and tags: made, grown, given back with their group. */
#include "rt/typed/typed.h"
#include <stdlib.h>
#include <string.h>

static void *no_memory(struct error *e, const char *what) {
    fail(e, E_NOMEM, NOWHERE, "%s: out of memory", what);
    return NULL;
}

struct rt_table *table_new(struct group *g, const struct size_limits *l, u32 vt, struct error *e) {
    struct registry *r = g->r;
    struct rt_table *t;
    u64 bits = l->is64 ? UINT64_MAX : UINT32_MAX;
    if (l->min > r->max_table) {
        fail(e, E_LIMIT, NOWHERE, "a table of %llu elements: at most %llu are allowed", (unsigned long long)l->min,
             (unsigned long long)r->max_table);
        return NULL;
    }
    if (!memory_charge(r, l->min * sizeof *t->t.elem)) {
        fail(e, E_LIMIT, NOWHERE, "a table of %llu elements: over the limit of the runtime (%llu bytes)",
             (unsigned long long)l->min, (unsigned long long)r->max_memory);
        return NULL;
    }
    if (!(t = calloc(1, sizeof *t)) || !(t->t.elem = calloc(l->min + 1, sizeof *t->t.elem))) {
        memory_release(r, l->min * sizeof *t->t.elem);
        free(t);
        return no_memory(e, "table");
    }
    t->r = r;
    t->t.size = l->min;
    t->t.max = min64(min64(l->max, bits), r->max_table);
    t->t.vt = vt;
    t->t.is64 = l->is64;
    t->max = l->max;
    group_add(g, &t->in, MEMBER_TABLE);
    return t;
}

u64 table_grow(struct rt_table *t, u64 n, u64 v) {
    u64 old = t->t.size, *p;
    if (n > t->t.max - old)
        return UINT64_MAX;
    if (n) {
        if (!memory_charge(t->r, n * sizeof *p))
            return UINT64_MAX;
        if (!(p = reallocarray(t->t.elem, old + n, sizeof *p))) {
            memory_release(t->r, n * sizeof *p);
            return UINT64_MAX;
        }
        t->t.elem = p;
        for (u64 i = old; i < old + n; i++)
            p[i] = v;
        t->t.size = old + n;
    }
    return old;
}

struct rt_global *global_new(struct group *g, u32 vt, bool mutable, struct error *e) {
    struct rt_global *x = aligned_alloc(16, align_up(sizeof *x, 16));
    if (!x)
        return no_memory(e, "global");
    memset(x, 0, sizeof *x);
    x->vt = vt;
    x->mutable = mutable;
    group_add(g, &x->in, MEMBER_GLOBAL);
    return x;
}

struct rt_tag *tag_new(struct group *g, const struct rtype *type, struct error *e) {
    struct rt_tag *t = calloc(1, sizeof *t);
    if (!t)
        return no_memory(e, "tag");
    type_ref(g->r, type);
    t->type = type;
    t->r = g->r;
    group_add(g, &t->in, MEMBER_TAG);
    return t;
}

void table_free(struct rt_table *t) {
    memory_release(t->r, t->t.size * sizeof *t->t.elem);
    free(t->t.elem);
    free(t);
}
void global_free(struct rt_global *x) {
    free(x);
}
void tag_free(struct rt_tag *t) {
    types_release(t->r, &t->type, 1);
    free(t);
}
