/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* bounded.c - paying in functions of which every run has all the fuel that it can take: nobody looks, so that it only
 * matters that the sum is right where it can be seen.
 *
 * What has been paid ahead is a number for the begin of each block, in front of its top and behind it; a way from one
 * such place to another pays what is missing, and nothing if the numbers fit. They are chosen so that they fit along a
 * tree of ways, those that run most often or cost most to pay on: of a function without loops one way in all is left
 * over on each path, of a loop one a round. Where a function ends, and where it calls another, nothing may be ahead. */
#include "engine/jit/fuel.h"
#include "engine/jit/loop.h"

enum { OUTSIDE, DEPTHS = 8 }; /* place 0: nothing is paid ahead there */
/* What paying on a way costs, as often as it is taken. */
enum kind { PAY_ROUNDS, PAY_IN_PLACE, PAY_TOP, PAY_STUB, KINDS };
enum { NEVER = DEPTHS * KINDS };

struct hop {
    u32 from, to; /* places */
    s32 less;     /* ahead at to, when nothing is paid: less than at from by that */
};
struct spread {
    const struct unit *u;
    struct fuel *of;
    const struct loops *l;
    struct hop *hop;
    u32 *weight, nhop;
    u32 *up; /* places that fit: what is ahead here is off[] more than at up[] */
    s32 *off;
};

static u32 in_front(u32 b) {
    return 1 + 2 * b;
}
static u32 behind(u32 b) {
    return 2 + 2 * b;
}

static u32 depth(const struct spread *s, u32 b) {
    u32 d = s->u->loop[b];
    return d < DEPTHS ? d : DEPTHS - 1;
}

static void add(struct spread *s, u32 from, u32 to, s32 less, u32 weight) {
    s->hop[s->nhop] = (struct hop){from, to, less};
    s->weight[s->nhop++] = weight;
}

static u32 calls_in(const struct unit *u, const struct block *k) {
    u32 n = 0;
    for (u32 pc = k->start; pc < k->end; pc++)
        n += u->code[pc].op == OP_callf;
    return n;
}

static void ways_of(struct spread *s, u32 b, bool counted) {
    const struct unit *u = s->u;
    const struct block *k = &u->g.blk[b];
    const struct fuel *f = &s->of[b];
    bool lone = b && s->of[b - 1].skip, exits = u->code[k->end - 1].op == OP_exit;
    u32 d = KINDS * depth(s, b), calls = calls_in(u, k);
    add(s, in_front(b), behind(b), 0, lone ? NEVER : d + (counted ? PAY_ROUNDS : PAY_TOP));
    if (exits || calls)
        add(s, OUTSIDE, behind(b), -(s32)k->charge, d + (calls ? PAY_STUB : PAY_IN_PLACE));
    for (u32 j = 0; j < 2; j++) {
        u32 to = k->succ[j], at = KINDS * depth(s, b);
        bool branch = j && k->succ[0] != NBLOCK;
        if (to == NBLOCK)
            continue;
        if (depth(s, to) < depth(s, b))
            at = KINDS * depth(s, to);
        if (f->skip) /* its branch is the way of the ja behind it */
            branch = false;
        if (f->skip && !j)
            at = NEVER;
        else
            at += branch || lone ? PAY_STUB : PAY_IN_PLACE;
        add(s, behind(b), in_front(to), (s32)f->own, at);
    }
}

/* The place that stands for x; *off: how much more is ahead at x. */
static u32 stands_for(struct spread *s, u32 x, s32 *off) {
    *off = 0;
    while (s->up[x] != x) {
        s->off[x] += s->off[s->up[x]]; /* of one that stands for itself: 0 */
        *off += s->off[x];
        x = s->up[x] = s->up[s->up[x]];
    }
    return x;
}

static void fit(struct spread *s, const struct hop *w) {
    s32 from, to;
    u32 a = stands_for(s, w->from, &from), b = stands_for(s, w->to, &to);
    if (a == b)
        return;
    s->up[b] = a;
    s->off[b] = from - w->less - to;
}

/* The heaviest first. */
static bool fit_all(struct spread *s) {
    u32 count[NEVER + 2] = {0}, *order = arena_new(s->u->tmp, u32, s->nhop);
    if (!order)
        return false;
    for (u32 k = 0; k < s->nhop; k++)
        count[NEVER - s->weight[k] + 1]++;
    for (u32 k = 0; k < NEVER; k++)
        count[k + 1] += count[k];
    for (u32 k = 0; k < s->nhop; k++)
        order[count[NEVER - s->weight[k]]++] = k;
    for (u32 k = 0; k < s->nhop; k++)
        fit(s, &s->hop[order[k]]);
    return true;
}

bool jit_spread_fuel(const struct unit *u, const struct check *check, const bool *landing, const struct loops *l,
                     struct fuel *of) {
    u32 n = u->g.nblk, places = 2 * n + 1;
    struct spread s = {.u = u,
                       .of = of,
                       .l = l,
                       .hop = arena_new(u->tmp, struct hop, 4 * (size_t)n + 1),
                       .weight = arena_new(u->tmp, u32, 4 * (size_t)n + 1),
                       .up = arena_new(u->tmp, u32, places),
                       .off = arena_new(u->tmp, s32, places)};
    struct counted c;
    s32 outside, ahead;
    if (!s.hop || !s.weight || !s.up || !s.off)
        return false;
    for (u32 x = 0; x < places; x++)
        s.up[x] = x;
    for (u32 k = 0; k < u->g.nrpo; k++) {
        u32 b = u->g.rpo[k], to;
        of[b].region = jit_loop_of(l, of, b);
        if (of[b].region)
            of[of[b].region - 1].blocks++;
        for (u32 j = 0; j < 2; j++)
            if ((to = u->g.blk[b].succ[j]) != NBLOCK)
                of[to].edges += of[to].edges < 3;
    }
    for (u32 k = 0; k < u->g.nrpo; k++)
        for (u32 j = 0; j < 2; j++) {
            u32 b = u->g.rpo[k], to = u->g.blk[b].succ[j];
            if (to != NBLOCK && of[to].region && of[to].region != to + 1 && of[to].region != of[b].region)
                of[of[to].region - 1].odd = true; /* there is another way into the loop than by its begin */
        }
    add(&s, OUTSIDE, in_front(0), 0, NEVER);
    for (u32 k = 0; k < u->g.nrpo; k++)
        ways_of(&s, u->g.rpo[k], jit_find_counted(u, check, landing, of, u->g.rpo[k], &c));
    if (!fit_all(&s))
        return false;
    stands_for(&s, OUTSIDE, &outside);
    for (u32 k = 0; k < u->g.nrpo; k++) {
        u32 b = u->g.rpo[k];
        stands_for(&s, behind(b), &ahead);
        of[b].paid = ahead - outside;
        stands_for(&s, in_front(b), &ahead);
        of[b].top = of[b].paid - (ahead - outside);
    }
    return true;
}
