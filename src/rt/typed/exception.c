/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* exception.c - exceptions: allocated one by one, collected together.
 *
 * References to them lie in registers, tables, globals, segments and other exceptions, copied freely, so nobody counts
 * them. When enough bytes were allocated since the last time, what can be reached is marked: each slot of the stack
 * that is in use and each place that can hold an exnref is compared with the sorted addresses of all
 * exceptions of the group. A number that happens to look like one keeps it a little longer. */
#include "rt/typed/typed.h"
#include <stdlib.h>
#include <string.h>

enum { LEAST = 1 << 20 };

struct marks {
    struct rt_exception **by_address, **todo;
    size_t n, ntodo;
};

static int order(const void *x, const void *y) {
    u64 a = num(*(struct rt_exception *const *)x), b = num(*(struct rt_exception *const *)y);
    return a < b ? -1 : a > b;
}

static void mark(struct marks *k, u64 v) {
    u64 at = v - offsetof(struct rt_exception, x);
    size_t lo = 0, hi = k->n;
    if (!k->n || at < num(k->by_address[0]) || at > num(k->by_address[k->n - 1]))
        return;
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;
        if (num(k->by_address[mid]) <= at)
            lo = mid;
        else
            hi = mid;
    }
    if (num(k->by_address[lo]) == at && !k->by_address[lo]->live) {
        k->by_address[lo]->live = true;
        k->todo[k->ntodo++] = k->by_address[lo];
    }
}

static void mark_slots(struct marks *k, const u64 *p, u64 n) {
    for (u64 i = 0; i < n; i++)
        mark(k, p[i]);
}

static bool holds_exceptions(u32 vt) {
    u32 heap = vt & VT_HEAP;
    return vt_is_ref(vt) && (heap == HEAP_EXN || heap == HEAP_NOEXN);
}

static void mark_roots(struct marks *k, const struct group *g) {
    mark(k, num(g->last_exception));
    for (const struct member *m = g->member; m; m = m->next) {
        const struct typed_part *t = (const struct typed_part *)m;
        const struct rt_table *tab = (const struct rt_table *)m;
        const struct rt_global *x = (const struct rt_global *)m;
        switch ((enum member_kind)m->kind) {
        case MEMBER_INSTANCE:
            mark(k, num(t->inst->cx.exception));
            for (u32 i = 0; t->elem && i < t->inst->p->m->nelem; i++)
                if (t->elem[i].item && holds_exceptions(t->inst->p->m->elem[i].vt))
                    mark_slots(k, t->elem[i].item, t->elem[i].n);
            break;
        case MEMBER_TABLE:
            if (holds_exceptions(tab->t.vt))
                mark_slots(k, tab->t.elem, tab->t.size);
            break;
        case MEMBER_GLOBAL:
            if (holds_exceptions(x->vt))
                mark(k, x->c.v);
            break;
        case MEMBER_TAG:
        case MEMBER_WITNESS: break;
        }
    }
}

static void sweep(struct group *g) {
    struct rt_exception **p = &g->exception, *x;
    while ((x = *p)) {
        if (x->live) {
            x->live = false;
            p = &x->next;
        } else {
            *p = x->next;
            g->exception_bytes -= x->bytes;
            free(x);
        }
    }
}

static void collect(struct ctx *cx, struct group *g) {
    struct marks k = {0};
    struct rt_exception *x;
    u64 low = (u64)(cx->slot_sp - cx->slot_base), high = (u64)(g->slots + g->r->max_slots - cx->slot_end);
    u64 stack = cx->native ? (u64)(cx->native->high - cx->native->low) / sizeof(u64) : 0;
    size_t n = 0;
    for (x = g->exception; x; x = x->next)
        n++;
    k.by_address = malloc((n + 1) * sizeof *k.by_address);
    k.todo = malloc((n + 1) * sizeof *k.todo);
    if (k.by_address && k.todo) {
        for (x = g->exception; x; x = x->next)
            k.by_address[k.n++] = x;
        qsort(k.by_address, k.n, sizeof *k.by_address, order);
        mark_slots(&k, cx->slot_base, low);
        mark_slots(&k, cx->slot_end, high); /* frames of compiled code */
        if (stack)
            mark_slots(&k, (const u64 *)(const void *)cx->native->low, stack);
        mark_roots(&k, g);
        while (k.ntodo) {
            x = k.todo[--k.ntodo];
            mark_slots(&k, x->x.slot, x->x.nslot);
        }
        sweep(g);
    }
    free(k.by_address);
    free(k.todo);
    /* so that looking through a large stack is paid for by as many bytes of exceptions */
    g->collect_at = g->exception_bytes * 2 + LEAST + (low + high + stack) * sizeof(u64);
}

struct exception *exception_new(struct ctx *cx, const void *tag, const u64 *slot, u32 nslot) {
    struct group *g = group_of(cx->in);
    size_t bytes = sizeof(struct rt_exception) + nslot * sizeof(u64);
    struct rt_exception *x;
    if (g->exception_bytes + bytes > g->collect_at)
        collect(cx, g);
    if (g->exception_bytes + bytes > cx->in->p->r->max_memory || !(x = malloc(bytes))) {
        trap(cx, TRAP_MEMORY);
        return NULL;
    }
    *x = (struct rt_exception){.next = g->exception, .bytes = bytes, .x = {.tag = tag, .nslot = nslot}};
    memcpy(x->x.slot, slot, nslot * sizeof *slot);
    g->exception = x;
    g->exception_bytes += bytes;
    return &x->x;
}

struct exception *rt_exception(struct ctx *cx, u32 tag, const u64 *slot, u32 nslot) {
    return exception_new(cx, cx->tag[tag], slot, nslot);
}

void exceptions_drop(struct group *g) {
    struct rt_exception *x, *next;
    for (x = g->exception; x; x = next) {
        next = x->next;
        free(x);
    }
    g->exception = NULL;
}
