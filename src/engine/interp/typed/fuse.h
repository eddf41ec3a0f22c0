/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fuse.h - the walk that makes several nodes one: what fuse.c and fuse_mem.c share. */
#ifndef ENGINE_INTERP_TYPED_FUSE_H
#define ENGINE_INTERP_TYPED_FUSE_H
#include "engine/interp/typed/lower.h"

struct pair {
    u16 x, y, form;
};
static inline u16 find(const struct pair *p, size_t n, u16 x, u16 y) {
    for (; n--; p++)
        if (p->x == x && p->y == y)
            return p->form;
    return 0;
}
#define FIND(pairs, x, y) find(pairs, COUNT(pairs), x, y)

/* The walk: a second run of the writers, over what is left. */
struct walk {
    struct tlower *w;
    s32 last_effect, effect_before, last_split;
    u32 at;
};

static inline struct node *writer(struct walk *k, const struct operand *x) {
    return x->from >= 0 ? &k->w->node[x->from] : NULL;
}

/* Does register x->reg hold what x means, once the node p (may be NULL) is gone? */
static inline bool holds(struct walk *k, const struct operand *x, const struct node *p) {
    s32 now = ityped_writer(k->w, x->reg);
    while (now >= 0 && &k->w->node[now] == p)
        now = k->w->node[now].prev;
    return now == x->from;
}

/* May node p be taken into the node at hand, its only reader? */
static inline bool single(const struct node *p) {
    return p && p->kind != N_NONE && p->uses == 1 && !(p->flags & (F_LIVE | F_MANY | F_TWO));
}
static inline bool all_hold(struct walk *k, const struct node *p) {
    for (u32 i = 0; i < p->nx; i++)
        if (!holds(k, &p->x[i], p))
            return false;
    return true;
}
static inline bool movable(struct walk *k, const struct node *p) {
    return single(p) && p->flags & F_PURE && !(p->flags & F_EFFECT) && all_hold(k, p);
}
/* A load that is the last thing before that may trap or store. */
static inline bool movable_load(struct walk *k, const struct node *p) {
    return single(p) && p->kind == N_LD && k->last_effect == p - k->w->node && all_hold(k, p);
}

static inline void absorb(struct walk *k, struct node *p) {
    p->kind = N_NONE;
    p->alias = -1;
    if (ityped_writer(k->w, p->a) == p - k->w->node)
        ityped_wrote(k->w, p->a, p->prev);
}

static inline bool fits16(s64 v) {
    return v >= INT16_MIN && v <= INT16_MAX;
}
static inline bool fits_u16(s64 v) {
    return v >= 0 && v <= UINT16_MAX;
}

/* fuse_mem.c: of nodes of memory 0 that the processor checks; true: n has become something else. */
bool ityped_fuse_load(struct walk *k, struct node *n);    /* an operation whose operand was loaded */
void ityped_fuse_address(struct walk *k, struct node *n); /* a load or store whose address was computed */
bool ityped_fuse_store(struct walk *k, struct node *n);   /* a store of what came from memory */

#endif
