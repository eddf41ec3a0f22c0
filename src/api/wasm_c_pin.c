/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm_c_pin.c - handles whose addresses are in guests' hands: kept, and let go when no guest has them any more.
 *
 * A search starts from the groups that the host has handles on, and compares every place that can hold a reference
 * (elements of tables, globals, segments, what exceptions carry) with the sorted addresses of the pinned handles. A
 * handle that is found may hold a group of its own, which is searched then. So two objects that only know each other
 * go. A number that happens to look like one keeps it a little longer. As exception.c, it comes when as many were
 * pinned again as were found the last time; and never during a call, so no reference is in a register. */
#include "api/wasm_c.h"
#include <stdlib.h>

enum { LEAST = 1000 };

struct search {
    struct wasm_ref_t **by_address; /* the pinned ones */
    u32 n;
    struct group **todo; /* at most a group a handle */
    u32 ntodo, seen;
};

void ref_pin(struct wasm_ref_t *r) {
    struct wasm_store_t *s = r->store;
    if (r->pinned)
        return;
    r->pinned = true;
    r->next_pinned = s->pinned;
    s->pinned = r;
    s->npinned++;
    ref_keep(r);
}

static int order(const void *x, const void *y) {
    u64 a = num(*(struct wasm_ref_t *const *)x), b = num(*(struct wasm_ref_t *const *)y);
    return a < b ? -1 : a > b;
}

static void look_into(struct search *k, const struct wasm_ref_t *r) {
    struct group *g = ref_group(r);
    if (!g || g->seen)
        return;
    g->seen = true;
    k->todo[k->ntodo++] = g;
}

static void mark_at(struct search *k, u64 at) {
    size_t lo = 0, hi = k->n;
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;
        if (num(k->by_address[mid]) <= at)
            lo = mid;
        else
            hi = mid;
    }
    if (num(k->by_address[lo]) != at || k->by_address[lo]->marked)
        return;
    k->by_address[lo]->marked = true;
    look_into(k, k->by_address[lo]);
}

/* An externref is the handle itself, the funcref of a host function a part of it. */
static void mark_slots(struct search *k, const u64 *v, u64 n) {
    for (u64 i = 0; i < n; i++)
        if (v[i]) {
            mark_at(k, v[i]);
            mark_at(k, v[i] - offsetof(struct wasm_func_t, own));
        }
}

static void search_group(struct search *k, const struct group *g) {
    for (const struct member *m = g->member; m; m = m->next) {
        const struct typed_part *t = (const struct typed_part *)m;
        const struct rt_table *tab = (const struct rt_table *)m;
        const struct rt_global *x = (const struct rt_global *)m;
        switch ((enum member_kind)m->kind) {
        case MEMBER_INSTANCE:
            for (u32 i = 0; t->elem && i < t->inst->p->m->nelem; i++)
                if (t->elem[i].item)
                    mark_slots(k, t->elem[i].item, t->elem[i].n);
            break;
        case MEMBER_TABLE: mark_slots(k, tab->t.elem, tab->t.size); break;
        case MEMBER_GLOBAL: mark_slots(k, &x->c.v, vt_is_ref(x->vt)); break;
        case MEMBER_TAG:
        case MEMBER_WITNESS: break;
        }
    }
    for (const struct rt_exception *x = g->exception; x; x = x->next)
        mark_slots(k, x->x.slot, x->x.nslot);
}

static void unpin_first(struct wasm_store_t *s) {
    struct wasm_ref_t *r = s->pinned;
    s->pinned = r->next_pinned;
    s->npinned--;
    r->pinned = false;
}

/* Two steps: a finalizer may pin what the second one has not come to yet. */
static void unpin_unmarked(struct wasm_store_t *s, struct search *k) {
    u32 n = 0;
    while (s->pinned)
        unpin_first(s);
    for (u32 i = 0; i < k->n; i++) {
        struct wasm_ref_t *r = k->by_address[i];
        if (r->marked) {
            r->marked = false;
            ref_pin(r);
            r->kept--; /* that of the pin before */
        } else {
            k->by_address[n++] = r;
        }
    }
    for (u32 i = 0; i < n; i++)
        ref_unkeep(k->by_address[i]);
}

/* Memories that sleep, and that no one else has. */
static void end_memories(struct wasm_store_t *s) {
    struct wasm_ref_t *r;
    for (s->walk = s->first; (r = s->walk);) {
        s->walk = r->next;
        if (r->kind == REF_MEMORY && !r->refs && !r->kept) {
            ref_up(r);
            ref_down(r);
        }
    }
}

void unpin_all(struct wasm_store_t *s) {
    struct wasm_ref_t *r;
    while ((r = s->pinned)) {
        unpin_first(s);
        ref_unkeep(r);
    }
    end_memories(s);
}

static void collect(struct wasm_store_t *s) {
    struct search k = {0};
    struct wasm_ref_t *r;
    u32 nhandles = 0;
    for (r = s->first; r; r = r->next)
        nhandles++;
    k.by_address = malloc(s->npinned * sizeof(struct wasm_ref_t *));
    k.todo = malloc(nhandles * sizeof(struct group *));
    if (k.by_address && k.todo) {
        for (r = s->pinned; r; r = r->next_pinned)
            k.by_address[k.n++] = r;
        qsort(k.by_address, k.n, sizeof *k.by_address, order);
        for (r = s->first; r; r = r->next)
            if (r->refs)
                look_into(&k, r);
        for (u32 i = 0; i < k.ntodo; i++)
            search_group(&k, k.todo[i]);
        for (u32 i = 0; i < k.ntodo; i++)
            k.todo[i]->seen = false;
        unpin_unmarked(s, &k);
        end_memories(s);
    }
    free(k.by_address);
    free(k.todo);
    s->collect_at = s->npinned * 2 + LEAST;
}

void collect_if_due(struct wasm_store_t *s) {
    if (s->npinned > (s->collect_at ? s->collect_at : LEAST) && !s->running && !s->closed)
        collect(s);
}
