/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* group.c - instances that may hold references to each other live and die together (typed.h). */
#include "rt/typed/typed.h"
#include <stdlib.h>

struct group *group_new(struct registry *r) {
    struct group *g = calloc(1, sizeof *g);
    if (!g)
        return NULL;
    g->r = r;
    g->collect_at = 1 << 20;
    atomic_init(&g->refs, 1);
    return g;
}

void group_add(struct group *g, struct member *m, enum member_kind kind) {
    m->group = g;
    m->kind = (u8)kind;
    m->next = g->member;
    g->member = m;
}

void group_ref(struct group *g) {
    atomic_fetch_add_explicit(&g->refs, 1, memory_order_relaxed);
}

static void free_member(struct member *m) {
    struct typed_part *t;
    switch ((enum member_kind)m->kind) {
    case MEMBER_TABLE: table_free((struct rt_table *)m); return;
    case MEMBER_GLOBAL: global_free((struct rt_global *)m); return;
    case MEMBER_TAG: tag_free((struct rt_tag *)m); return;
    case MEMBER_INSTANCE:
        t = (struct typed_part *)m;
        t->free(t->inst);
        return;
    case MEMBER_WITNESS: ((struct rt_witness *)m)->gone((struct rt_witness *)m); return;
    }
}

/* Instances go late: tables and tags know no one, but an instance's program keeps the runtime. Witnesses go last, when
 * the group is no more. */
void group_end(struct group *g) {
    struct member *m, *next, *last = NULL, *witness = NULL;
    exceptions_drop(g);
    stack_give(g->r, g->slots);
    for (m = g->member; m; m = next) {
        next = m->next;
        if (m->kind == MEMBER_INSTANCE) {
            m->next = last;
            last = m;
        } else if (m->kind == MEMBER_WITNESS) {
            m->next = witness;
            witness = m;
        } else {
            free_member(m);
        }
    }
    free(g);
    for (m = last; m; m = next) {
        next = m->next;
        free_member(m);
    }
    for (m = witness; m; m = next) {
        next = m->next;
        free_member(m);
    }
}

void group_unref(struct group *g) {
    if (atomic_fetch_sub(&g->refs, 1) != 1)
        return;
    if (g->pins)
        g->gone = true;
    else
        group_end(g);
}

static void move_exceptions(struct group *from, struct group *to) {
    struct rt_exception **p = &from->exception;
    while (*p)
        p = &(*p)->next;
    *p = to->exception;
    to->exception = from->exception;
    to->exception_bytes += from->exception_bytes;
}

bool group_join(struct group *a, struct group *b) {
    struct member *m;
    if (a == b)
        return true;
    if (a->running && b->running)
        return false;
    if (b->running) { /* a takes b in, with its stack if one of the two is in use */
        struct group *t = a;
        a = b;
        b = t;
    }
    while ((m = b->member)) {
        b->member = m->next;
        group_add(a, m, (enum member_kind)m->kind);
    }
    move_exceptions(b, a);
    if (!a->slots) {
        a->slots = b->slots;
        b->slots = NULL;
    }
    stack_give(b->r, b->slots);
    a->pins += b->pins;
    if (atomic_fetch_add(&a->refs, atomic_load(&b->refs)) + atomic_load(&b->refs))
        a->gone = false;
    free(b);
    return true;
}
