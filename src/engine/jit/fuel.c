/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fuel.c - where code pays for the instructions that it runs.
 *
 * Code looks at its fuel where a path begins that has an end: at heads. What is reached from one head alone, and is not
 * out of a loop, is its region; every way through it costs so little that what is kept back (FUEL_KEPT) covers it.
 * Within it nobody looks, and it does not matter who pays: it is arranged that most edges need not.
 *
 *   head        sub 7; jl poor       a block that branches where two ways meet evens them out at its top, so that
 *    / \                             the edge of the branch is free; an edge that falls through, or a jump, pays in
 *   a   b       top: sub 2           place; the rest in stubs. The head pays for the way back to it.
 *    \ /
 *   back to the head
 *
 * At the next head, at a trap and at the end the count is the interpreter's. Where the count falls below 0 there may
 * still be enough for the way that is taken: the instructions up to the next head are run one by one (poor.c). */
#include "engine/jit/fuel.h"
#include "engine/jit/loop.h"

bool jit_runs_on(const struct unit *u, u32 a) {
    const struct block *k = &u->g.blk[a];
    u32 pc = k->end - 1;
    if (u->code[pc].op == OP_pad)
        pc--;
    return !isa_ends_block(u->code[pc].op) && a + 1 < u->g.nblk;
}

/* May steps do it? Of calls, those of a lookup. */
static const bool plain[OP_COUNT] = {
#define BIN(name, code, off, sub, T, types, flags, ...)                                                                \
    [OP_##name] = !((flags) & TRAPS), [OP_##name##i] = !((flags) & TRAPS),
#define UN(name, code, off, imm, sub, Tx, Ta, types, flags, ...) [OP_##name] = !((flags) & TRAPS),
#define JCC(name, ...)                                           [OP_##name] = true, [OP_##name##i] = true,
#define LD(name, ...)                                            [OP_##name] = true,
#define ST(name, ...)                                            [OP_##name] = true, [OP_##name##i] = true,
#include "isa/isa.def"
    [OP_pad] = true,    [OP_ja] = true,      [OP_exit] = true,  [OP_mov64i] = true,
    [OP_mov32i] = true, [OP_const64] = true, [OP_ldmap] = true, [OP_ldmapval] = true,
};

static bool is_plain(const struct unit *u, const struct check *check, u32 pc) {
    return plain[u->code[pc].op] || (u->code[pc].op == OP_call && check && check[pc].lookup);
}

struct walk {
    const struct unit *u;
    struct fuel *of;
    struct loops l;
    u32 *cost; /* of the costliest way from the head to it */
    bool *set; /* top + what is paid above is decided; of heads: paid is */
};

/* The last block of a loop that compares bytes, or a way to one that is copied there, stays. */
static bool is_special(const struct unit *u, u32 b) {
    enum { SHORT = 4 };
    struct jit_loop d;
    const struct block *to = &u->g.blk[u->g.blk[b].succ[1]];
    u8 shape = isa_info[u->code[to->end - 1].op].shape;
    return (u->loop[b] && to->end - to->start <= SHORT && (shape == SHAPE_JCC || shape == SHAPE_JCCI)) ||
           jit_find_compare(u, b, &d);
}

bool jit_leads_over(const struct unit *u, const bool *landing, u32 a) {
    const struct block *k = &u->g.blk[a], *ja = k + 1;
    u8 shape = isa_info[u->code[k->end - 1].op].shape;
    return (shape == SHAPE_JCC || shape == SHAPE_JCCI) && a + 2 < u->g.nblk && k->succ[1] == a + 2 &&
           ja->end - ja->start == 1 && u->code[ja->start].op == OP_ja && !ja->jumped_to && !landing[a + 1] &&
           ja->succ[1] != a + 1 && ja->succ[1] != a + 2 && !is_special(u, a + 1);
}

/* Is s in the innermost loop around a? */
static bool stays_in(const struct walk *w, u32 a, u32 s) {
    u32 l, k;
    if (!w->l.in)
        return true;
    l = jit_loop_of(&w->l, w->of, a);
    k = jit_loop_of(&w->l, w->of, s);
    while (k && k != l)
        k = w->l.in[k - 1];
    return k == l;
}

static u32 own_of(const struct unit *u, u32 b) {
    const struct block *x = &u->g.blk[b];
    return x->charge - (jit_runs_on(u, b) ? x[1].charge : 0);
}

/* Nobody looks at the fuel of the function: all that runs are calls, and what steps could do. */
static bool is_bounded(const struct unit *u, const struct check *check) {
    if (!u->l->facts || !u->l->facts[u->index].bounded || u->f->jump_ok)
        return false;
    for (u32 pc = 0; pc < u->f->nslot; pc++) {
        const struct insn *i = &u->code[pc];
        u8 shape = isa_info[i->op].shape;
        if (!is_plain(u, check, pc) && i->op != OP_call && i->op != OP_callk && i->op != OP_callf &&
            i->op != OP_may_goto && shape != SHAPE_ATOM && shape != SHAPE_PKT)
            return false;
    }
    return true;
}

static void look_at_blocks(struct walk *w, const struct check *check) {
    const struct unit *u = w->u;
    for (u32 k = 0; k < u->g.nrpo; k++) {
        u32 b = u->g.rpo[k], s;
        const struct block *x = &u->g.blk[b];
        struct fuel *f = &w->of[b];
        f->own = own_of(u, b);
        f->odd = false;
        for (u32 pc = x->start; pc < x->end && !f->odd; pc++)
            f->odd = !is_plain(u, check, pc);
        f->head |= f->odd || b == 0 || (u->f->jump_ok && u->f->jump_ok[x->start / 64] >> x->start % 64 & 1);
        for (u32 n = 0; n < 2; n++)
            if ((s = x->succ[n]) != NBLOCK)
                w->of[s].head |= f->odd || w->l.order[s] <= w->l.order[b] || !stays_in(w, b, s);
    }
}

static void join_regions(struct walk *w) {
    const struct cfg *g = &w->u->g;
    for (u32 k = 0; k < g->nrpo; k++) {
        u32 b = g->rpo[k], s, all;
        struct fuel *f = &w->of[b];
        if (f->head || f->cost + g->blk[b].charge > FUEL_KEPT) {
            f->head = true;
            f->region = b + 1;
            f->cost = 0;
        }
        all = f->cost + f->own;
        for (u32 n = 0; n < 2; n++)
            if ((s = g->blk[b].succ[n]) != NBLOCK && !w->of[s].head) {
                if (!w->of[s].region)
                    w->of[s].region = f->region;
                else if (w->of[s].region != f->region)
                    w->of[s].head = true;
                if (all > w->of[s].cost)
                    w->of[s].cost = all;
            }
    }
    for (u32 k = 0; k < g->nrpo; k++) {
        u32 b = g->rpo[k], s;
        struct fuel *f = &w->of[b];
        f->skip = f->skip && !w->of[b + 1].head; /* the ja belongs to the branch in front */
        f->alone = f->head;
        w->of[f->region - 1].blocks++;
        for (u32 n = 0; n < 2; n++)
            if ((s = g->blk[b].succ[n]) != NBLOCK) {
                f->alone &= w->of[s].head;
                w->of[s].edges += w->of[s].edges < 3;
            }
    }
}

/* Decides for block b, whose head has paid `base` as far as is known yet: what stands in `paid` is less that. */
static void decide(struct walk *w, u32 b) {
    const struct block *k = &w->u->g.blk[b];
    struct fuel *f = &w->of[b], *h = &w->of[f->region - 1];
    u32 t = f->skip ? k[1].succ[1] : k->succ[1], fall = f->skip ? k->succ[1] : k->succ[0];
    s32 own = (s32)(f->own + (f->skip ? w->of[b + 1].own : 0)), left;
    bool free = k->succ[0] == NBLOCK; /* an edge that pays in place */
    if (f->head && (f->odd || k->charge > FUEL_KEPT)) {
        f->paid = (s32)k->charge;
        w->set[b] = true;
    }
    if (t != NBLOCK && w->of[t].head && (w->l.order[t] <= w->l.order[b] || stays_in(w, b, t))) {
        if (!w->set[f->region - 1]) { /* the first way back to a head is free: the head pays for it */
            h->paid = own - (b + 1 == f->region ? 0 : f->paid);
            w->set[f->region - 1] = true;
        } else if (!free && b + 1 != f->region) {
            f->top = own - f->paid - h->paid;
            f->paid += f->top;
        }
    } else if (t != NBLOCK && !w->of[t].head && w->set[t] && !free && b + 1 != f->region) {
        f->top = own + w->of[t].paid - f->paid;
        f->paid += f->top;
    }
    left = (b + 1 == f->region ? 0 : f->paid) - own;
    if (t != NBLOCK && !w->of[t].head && !w->set[t]) {
        w->of[t].paid = left;
        w->set[t] = true;
    }
    if (fall != NBLOCK && !w->of[fall].head && !w->set[fall]) {
        w->of[fall].paid = (b + 1 == f->region ? 0 : f->paid) - (s32)f->own;
        w->set[fall] = true;
    }
    if (f->skip) {
        w->of[b + 1].paid = (b + 1 == f->region ? 0 : f->paid) - (s32)f->own;
        w->set[b + 1] = true;
    }
}

bool jit_plan_fuel(const struct unit *u, const struct check *check, const bool *landing, struct fuel *of) {
    u32 n = u->g.nblk;
    struct walk w = {.u = u, .of = of};
    for (u32 b = 0; !u->fixed && b < n; b++)
        of[b] = (struct fuel){.paid = (s32)u->g.blk[b].charge, .head = true, .alone = true};
    if (!u->fixed)
        return true;
    w.set = arena_new(u->tmp, bool, n);
    if (!w.set || !jit_find_loops(u, of, &w.l))
        return false;
    for (u32 k = 0; k < u->g.nrpo; k++)
        of[u->g.rpo[k]].skip = jit_leads_over(u, landing, u->g.rpo[k]);
    if (is_bounded(u, check)) {
        for (u32 k = 0; k < u->g.nrpo; k++)
            of[u->g.rpo[k]].own = own_of(u, u->g.rpo[k]);
        return jit_spread_fuel(u, check, landing, &w.l, of);
    }
    look_at_blocks(&w, check);
    join_regions(&w);
    for (u32 k = 0; k < u->g.nrpo; k++)
        decide(&w, u->g.rpo[k]);
    for (u32 k = 0; k < u->g.nrpo; k++) {
        u32 b = u->g.rpo[k];
        if (of[b].head && !w.set[b])
            of[b].paid = (s32)u->g.blk[b].charge;
        if (!of[b].head)
            of[b].paid += of[of[b].region - 1].paid;
    }
    return true;
}

s32 jit_fuel_edge(const struct unit *u, const struct fuel *of, u32 a, u32 s) {
    s32 left;
    if (!u->fixed)
        return 0;
    left = of[a].paid - (s32)of[a].own;
    if (of[s].head)
        return (jit_runs_on(u, a) ? (s32)u->g.blk[s].charge : 0) - left;
    return of[s].paid - of[s].top - left;
}
