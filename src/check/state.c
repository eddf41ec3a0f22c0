/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* state.c - making, sharing and copying states. Frames come from a pool: a walk makes and drops them by the million. */
#include "check/state.h"
#include <stdlib.h>
#include <string.h>

/* As it comes. */
static struct frame *take(struct pool *p) {
    struct frame *f = p->free;
    if (f) {
        memcpy(&p->free, &f->r, sizeof p->free);
        return f;
    }
    if (p->made >= p->limit || !(f = malloc(sizeof *f)))
        return NULL;
    p->made += sizeof *f;
    return f;
}

struct frame *frame_new(struct pool *p) {
    struct frame *f = take(p);
    if (!f)
        return NULL;
    f->shared = 0;
    f->func = f->ret = 0;
    f->cb = 0;
    f->lo = SLOTS;
    f->written = 0;
    memset(f->r, 0, sizeof f->r);
    memset(f->byte, B_NONE, sizeof f->byte);
    return f;
}

void frame_drop(struct pool *p, struct frame *f) {
    if (f->shared) {
        f->shared--;
        return;
    }
    memcpy(&f->r, &p->free, sizeof p->free);
    p->free = f;
}

struct frame *state_frame(struct pool *p, struct state *s, u32 k) {
    struct frame *f = s->f[k], *c;
    if (!f->shared)
        return f;
    if (!(c = take(p)))
        return NULL;
    memcpy(c, f, offsetof(struct frame, slot));
    memcpy(&c->slot[f->lo], &f->slot[f->lo], (SLOTS - f->lo) * sizeof f->slot[0]);
    c->shared = 0;
    f->shared--;
    return s->f[k] = c;
}

void state_copy(struct state *to, const struct state *from) {
    memcpy(to, from, sizeof *to);
    for (u32 k = 0; k < to->nframe; k++)
        to->f[k]->shared++;
}

void state_drop(struct pool *p, struct state *s) {
    for (u32 k = 0; k < s->nframe; k++)
        frame_drop(p, s->f[k]);
    s->nframe = 0;
}

void pool_drop(struct pool *p) {
    while (p->free) {
        struct frame *f = p->free;
        memcpy(&p->free, &f->r, sizeof p->free);
        free(f);
    }
}

struct reg reg_scalar(struct scalar v) {
    struct reg r = {.kind = VAL_SCALAR, .var = v};
    return r;
}

struct reg reg_const(u64 v) {
    return reg_scalar(scalar_const(v));
}

struct reg reg_pointer(u8 kind) {
    struct reg r = {.kind = kind, .map = NO_INDEX, .var = scalar_const(0)};
    return r;
}

bool reg_is_pointer(const struct reg *r) {
    return r->kind != VAL_NONE && r->kind != VAL_SCALAR;
}

bool reg_at_start(const struct reg *r) {
    return !r->off && scalar_is_const(&r->var) && !r->var.umin;
}
