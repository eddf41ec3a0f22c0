/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* cycles.c - which blocks of a function of LLVM's lie on a way from themselves to themselves.
 * in:  a function      out: its blocks in their order, and of each whether it does
 * Components by one depth-first walk (Tarjan, 1972), with a stack of its own: functions may be long. */
#include "engine/llvm/plugin/lower.h"
#include <stdlib.h>

struct named {
    LLVMBasicBlockRef b;
    u32 index;
};
struct walk {
    struct cycles *c;
    struct named *by_name;
    LLVMValueRef *last;             /* of each block: its terminator */
    u32 *order, *low, *next;        /* 0: not come to yet; next: the successor that is to be looked at */
    u32 *path, npath, *open, nopen; /* blocks on the way here; those whose component is not known yet */
    u8 *is_open;
    u32 norder;
};

static int by_address(const void *a, const void *b) {
    const struct named *x = a, *y = b;
    return ((uintptr_t)x->b > (uintptr_t)y->b) - ((uintptr_t)x->b < (uintptr_t)y->b);
}

static u32 index_of(const struct walk *w, LLVMBasicBlockRef b) {
    struct named key = {b, 0};
    const struct named *n = bsearch(&key, w->by_name, w->c->n, sizeof key, by_address);
    return n->index;
}

static void enter(struct walk *w, u32 k) {
    w->order[k] = w->low[k] = ++w->norder;
    w->path[w->npath++] = w->open[w->nopen++] = k;
    w->is_open[k] = 1;
}

/* k's successors are done. */
static void leave(struct walk *w, u32 k) {
    u32 below = w->npath > 1 ? w->path[w->npath - 2] : k;
    w->npath--;
    if (w->low[k] < w->low[below])
        w->low[below] = w->low[k];
    if (w->low[k] != w->order[k])
        return;
    if (w->open[w->nopen - 1] != k) /* more than one */
        for (u32 j = w->nopen; j-- && w->open[j] != k;)
            w->c->on[w->open[j]] = w->c->on[k] = 1;
    do
        w->is_open[w->open[--w->nopen]] = 0;
    while (w->open[w->nopen] != k);
}

static void step(struct walk *w) {
    u32 k = w->path[w->npath - 1], to;
    if (w->next[k] == LLVMGetNumSuccessors(w->last[k])) {
        leave(w, k);
        return;
    }
    to = index_of(w, LLVMGetSuccessor(w->last[k], w->next[k]++));
    if (to == k)
        w->c->on[k] = 1;
    if (!w->order[to])
        enter(w, to);
    else if (w->is_open[to] && w->order[to] < w->low[k])
        w->low[k] = w->order[to];
}

int find_cycles(struct cycles *c, LLVMValueRef fn, struct arena *a, struct error *e) {
    u32 n = LLVMCountBasicBlocks(fn);
    struct walk w = {.c = c,
                     .by_name = arena_new(a, struct named, n),
                     .last = arena_new(a, LLVMValueRef, n),
                     .order = arena_new(a, u32, n),
                     .low = arena_new(a, u32, n),
                     .next = arena_new(a, u32, n),
                     .path = arena_new(a, u32, n),
                     .open = arena_new(a, u32, n),
                     .is_open = arena_new(a, u8, n)};
    *c = (struct cycles){arena_new(a, LLVMBasicBlockRef, n), arena_new(a, u8, n), n};
    if (!c->of || !c->on || !w.by_name || !w.last || !w.order || !w.low || !w.next || !w.path || !w.open || !w.is_open)
        return fail(e, E_NOMEM, NOWHERE, "out of memory to harden a function");
    LLVMGetBasicBlocks(fn, c->of);
    for (u32 k = 0; k < n; k++) {
        w.by_name[k] = (struct named){c->of[k], k};
        w.last[k] = LLVMGetBasicBlockTerminator(c->of[k]);
    }
    qsort(w.by_name, n, sizeof *w.by_name, by_address);
    enter(&w, 0); /* what is not come to from there never runs */
    while (w.npath)
        step(&w);
    return 0;
}
