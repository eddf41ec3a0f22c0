/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* walk.c - every path through the program, depth first: at a branch that may go both ways one is walked, the other
 * waits. */
#include "check/inner.h"
#include <stdlib.h>
#include <string.h>

struct frame *own_slots(struct check *c, u32 k, u64 slots) {
    struct frame *f = state_frame(&c->pool, &c->s, k);
    if (!f)
        out_of_memory(c);
    if (c->part && k + 1 < c->part->nframe)
        c->part->touched[k] |= slots;
    return f;
}

struct frame *own(struct check *c, u32 k) {
    if (c->part && k + 1 < c->part->nframe)
        c->part->odd = true;
    return own_slots(c, k, 0);
}

struct state *fork_state(struct check *c) {
    struct pending *p;
    if (c->ntodo == c->captodo) {
        u32 cap = c->captodo ? c->captodo * 2 : 64;
        if (c->memory + cap * sizeof *p > c->max_memory || !(p = realloc(c->todo, cap * sizeof *p))) {
            out_of_memory(c);
            return NULL;
        }
        c->memory += (cap - c->captodo) * sizeof *p;
        c->todo = p;
        c->captodo = cap;
    }
    p = &c->todo[c->ntodo++];
    state_copy(&p->s, &c->s);
    if (p->s.ckpt != NO_CKPT)
        c->ckpt[p->s.ckpt]->open++;
    return &p->s;
}

/* The instructions of the path, for messages. */
static bool remember(struct check *c, u32 slot) {
    if (c->s.path >= c->capway) {
        u32 cap = c->capway ? c->capway * 2 : 4096;
        u32 *w = realloc(c->way, cap * sizeof *w);
        if (!w) {
            out_of_memory(c);
            return false;
        }
        c->way = w;
        c->capway = cap;
    }
    c->way[c->s.path++] = slot;
    return true;
}

void log_state(struct check *c) {
    struct buf b = {0};
    if (c->again)
        return;
    state_print(c, &b, &c->s);
    c->o->log(c->o->log_arg, c->func, c->pc, buf_str(&b));
    buf_free(&b);
}

static void walk_path(struct check *c) {
    while (!c->stop && !c->over) {
        struct fn *fn;
        c->func = top(c)->func;
        c->pc = c->s.pc;
        fn = &c->fn[c->func];
        if (fn->mark[c->pc] & (M_PRUNE | M_FORCE)) {
            prune_at(c, fn->mark[c->pc] & M_FORCE);
            if (c->over || c->stop)
                return;
        }
        if (c->o->log && fn->mark[c->pc] & M_BLOCK)
            log_state(c);
        if (c->r->steps >= c->max_steps) {
            unproven(c, CHECK_BUDGET, -1)->have = c->max_steps;
            c->gave_up = c->stop = true;
            return;
        }
        c->r->steps++;
        c->insns++;
        if (!remember(c, c->m->func[c->func].base + c->pc))
            return;
        fn->fact[c->pc].bits |= FACT_SEEN;
        step(c);
    }
}

void walk(struct check *c) {
    for (;;) {
        c->over = false;
        walk_path(c);
        way_closed(c);
        state_drop(&c->pool, &c->s);
        if (c->stop || !c->ntodo)
            break;
        memcpy(&c->s, &c->todo[--c->ntodo].s, sizeof c->s);
    }
    while (c->ntodo)
        state_drop(&c->pool, &c->todo[--c->ntodo].s);
}
