/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rotate.c - rotates that a program does by two shifts, found again.
 *
 * in:  the function, its graph, liveness     out: rotates, and what each takes the place of
 *
 *     r3 = r2          dies                  eBPF has no rotate, so a compiler writes x << n | x >> (64 - n), and
 * destroys r3 >>= 51        dies                  its copies of x on the way: with what dies left out, r2 is still x at
 *     r2 <<= 13        dies                  the end.
 *     r2 |= r3         r2 = rotl64 r2, 13
 *
 * 1. One walk over each block numbers the values of registers: copies have the number of what they copy, whole or in
 * the lower half. Where two shifts of one value come together, a rotate may be.
 * 2. Of each, the two ways from the root down to the value are known: shifts and moves. What nobody else reads dies,
 * above the register that the value is read from. */
#include "opt/rotate.h"

enum { FARTHEST = 4 }; /* instructions of one way */

struct held {       /* by a register */
    u32 block;      /* of which this is true, + 1; else it holds what it did at entry */
    u32 def;        /* the instruction of this block that wrote it, + 1; 0: none */
    u32 now;        /* the same in the second walk */
    u32 whole, low; /* number of its value, and of the lower half: equal ones are equal */
    bool zext;      /* the upper half is zero */
};

struct use {        /* of each instruction */
    u32 b, c;       /* who wrote its operands, + 1; 0: nobody in this block */
    u32 was;        /* who wrote its result's register before, + 1 */
    u32 n;          /* how often what it writes is read; once more if it lives on behind the block */
    u32 whole, low; /* of operand b */
    bool zext;      /* the same */
};

struct look {
    const struct func *f;
    const struct live *l;
    struct held *reg;
    struct use *use;
    u32 block, ids;
    u32 barrier; /* the last instruction that is more than computing, a load or a store, + 1 */
    u32 *die;    /* of those taken */
    u32 ndie;
    struct rotates *out;
};

/* From one operand of the root down: moves and the shift, and the moves below it. */
struct way {
    u32 pc[FARTHEST];
    u32 n, shift; /* pc[shift] shifts */
};

/* What dies if register pc[level].b of a way is what the root reads. */
struct plan {
    u32 die[2 * FARTHEST];
    u32 n;
};

/* ---- 1. the walk ---- */

static struct held *held_by(struct look *k, u16 reg) {
    struct held *h = &k->reg[reg];
    if (h->block != k->block + 1) {
        *h = (struct held){.block = k->block + 1, .whole = k->ids, .low = k->ids};
        k->ids++;
    }
    return h;
}

static bool is_left(u16 op) {
    return op == OP_lsh64i || op == OP_lsh32i;
}
static bool is_right(u16 op) {
    return op == OP_rsh64i || op == OP_rsh32i;
}

static bool joins(u16 op) {
    return op == OP_or64 || op == OP_xor64 || op == OP_add64 || op == OP_or32 || op == OP_xor32 || op == OP_add32;
}

static bool leaves_zext(const struct insn *i, bool b) {
    switch (i->op) {
    case OP_mov64: return b;
    case OP_mov64i:
    case OP_and64i: return i->imm >= 0;
    case OP_rsh64i: return b || (i->imm & 63) >= 32;
    case OP_mov32i:
    case OP_ldx8:
    case OP_ldx16: return true;
    default: break;
    }
    return (isa_info[i->op].shape == SHAPE_BIN || isa_info[i->op].shape == SHAPE_BINI ||
            isa_info[i->op].shape == SHAPE_UN) &&
           isa_info[i->op].type[0] == 'I';
}

/* For which a machine needs no registers of its own: it computes, loads or stores. */
static bool plain(u16 op) {
    switch (op) {
#define BOTH(name)                                                                                                     \
    case OP_##name:                                                                                                    \
    case OP_##name##i:
        BOTH(div64)
        BOTH(sdiv64) BOTH(mod64) BOTH(smod64) BOTH(div32) BOTH(sdiv32) BOTH(mod32) BOTH(smod32) return false;
#undef BOTH
    case OP_pad:
    case OP_mov64i:
    case OP_mov32i:
    case OP_const64:
    case OP_ldmap:
    case OP_ldmapval:
    case OP_ldsym:
    case OP_ldfunc: return true;
    default: break;
    }
    switch ((enum shape)isa_info[op].shape) {
    case SHAPE_BIN:
    case SHAPE_BINI:
    case SHAPE_UN: return !(isa_info[op].flags & TRAPS);
    case SHAPE_LD:
    case SHAPE_ST:
    case SHAPE_STI: return true;
    default: return false;
    }
}

static void step(struct look *k, u32 pc) {
    const struct insn *i = &k->f->code[pc];
    struct use *u = &k->use[pc];
    struct regs r = isa_reads(i), w = isa_writes(i);
    struct held b = {0};
    for (u16 n = 0; n < r.n; n++) {
        struct held *h = held_by(k, r.r[n]);
        if (h->def)
            k->use[h->def - 1].n++;
    }
    if (joins(i->op))
        u->c = held_by(k, i->c)->def;
    if (r.n && i->b == r.r[0]) {
        b = *held_by(k, i->b);
        u->b = b.def;
        u->whole = b.whole;
        u->low = b.low;
        u->zext = b.zext;
    }
    for (u16 n = 0; n < w.n; n++) {
        struct held *h = held_by(k, w.r[n]);
        bool copy = i->op == OP_mov64 || i->op == OP_mov32;
        u->was = h->def;
        h->def = pc + 1;
        h->zext = leaves_zext(i, b.zext);
        h->whole = i->op == OP_mov64 || (copy && b.zext) ? b.whole : k->ids;
        h->low = copy ? b.low : k->ids;
        k->ids++;
    }
}

/* ---- 2. what is taken ---- */

/* The way from what instruction def - 1 wrote. False: no shift is near. */
static bool go_down(const struct look *k, u32 def, bool wide, struct way *w) {
    bool found = false;
    w->n = 0;
    for (; def > k->barrier && w->n < FARTHEST; def = k->use[def - 1].b) {
        u16 op = k->f->code[def - 1].op;
        bool move = op == OP_mov64 || (op == OP_mov32 && (!wide || k->use[def - 1].zext));
        if (!move && (found || (!is_left(op) && !is_right(op))))
            break;
        if (!move) {
            found = true;
            w->shift = w->n;
        }
        w->pc[w->n++] = def - 1;
    }
    return found;
}

static u32 bits(const struct insn *i) {
    return (u32)i->imm & (i->op == OP_lsh64i || i->op == OP_rsh64i ? 63 : 31);
}

/* What comes out of the way has no upper half. */
static bool way_zext(const struct look *k, const struct way *w) {
    for (u32 n = 0; n <= w->shift; n++) {
        const struct insn *i = &k->f->code[w->pc[n]];
        if (i->op != OP_mov64)
            return leaves_zext(i, k->use[w->pc[n]].zext);
    }
    return false;
}

static bool has(const u32 *set, u32 n, u32 pc) {
    for (u32 t = 0; t < n; t++)
        if (set[t] == pc)
            return true;
    return false;
}

/* Of set[], what nobody reads but the root and others of the set. */
static u32 unread(const struct look *k, u32 root, u32 *set, u32 n) {
    bool again = true;
    while (again) {
        again = false;
        for (u32 t = 0; t < n; t++) {
            u32 def = set[t] + 1, readers = (k->use[root].b == def) + (k->use[root].c == def);
            for (u32 s = 0; s < n; s++)
                readers += k->use[set[s]].b == def;
            if (readers == k->use[set[t]].n)
                continue;
            set[t] = set[--n];
            again = true;
            break;
        }
    }
    return n;
}

/* The root reads register pc[level].b of way x. False: by then it is gone. */
static bool make_plan(const struct look *k, u32 root, const struct way *x, const struct way *y, u32 level,
                      struct plan *p) {
    u32 def = k->use[x->pc[level]].b;
    p->n = 0;
    for (u32 n = 0; n <= level; n++)
        p->die[p->n++] = x->pc[n];
    for (u32 n = 0; n < y->n && y->pc[n] + 1 != def; n++)
        if (!has(x->pc, x->n, y->pc[n]))
            p->die[p->n++] = y->pc[n];
    p->n = unread(k, root, p->die, p->n);
    for (u32 w = k->reg[k->f->code[x->pc[level]].b].now; w != def; w = k->use[w - 1].was)
        if (!w || !has(p->die, p->n, w - 1))
            return false;
    return true;
}

static void take(struct look *k, u32 root, const struct way *x, u32 level, const struct plan *p, bool wide, u32 n) {
    struct rotate *r = &k->out->of[k->out->n++];
    u32 reader = x->pc[level], *die = k->die + k->ndie;
    *r = (struct rotate){reader, root, k->f->code[reader].b, (u8)n, wide, k->use[reader].b, die, p->n};
    for (u32 t = 0; t < p->n; t++) {
        u32 at = t;
        for (; at && die[at - 1] > p->die[t]; at--)
            die[at] = die[at - 1];
        die[at] = p->die[t];
    }
    if (die[0] < r->first)
        r->first = die[0];
    k->ndie += p->n;
}

/* Whether the ways shift one value so that its bits come together turned: by how many to the left, or 0. */
static u32 turned(const struct look *k, u32 root, const struct way *x, const struct way *y, bool wide) {
    u32 p = x->pc[x->shift], q = y->pc[y->shift];
    const struct insn *left = &k->f->code[p], *right = &k->f->code[q];
    u16 op = k->f->code[root].op;
    if (!is_left(left->op) || !is_right(right->op) || !bits(left) || !bits(right) ||
        bits(left) + bits(right) != (wide ? 64u : 32u))
        return 0;
    if (wide)
        return left->op == OP_lsh64i && right->op == OP_rsh64i && k->use[p].whole == k->use[q].whole ? bits(left) : 0;
    if (isa_info[op].type[0] != 'I' && (!way_zext(k, x) || !way_zext(k, y)))
        return 0;
    return k->use[p].low == k->use[q].low && (right->op == OP_rsh32i || k->use[q].zext) ? bits(left) : 0;
}

static bool try_root(struct look *k, u32 root, bool wide) {
    struct way x, y;
    struct plan best = {.n = 0}, p;
    const struct way *from = NULL;
    u32 level = 0, n;
    if (!go_down(k, k->use[root].b, wide, &x) || !go_down(k, k->use[root].c, wide, &y))
        return false;
    n = turned(k, root, &x, &y, wide);
    if (!n && !(n = turned(k, root, &y, &x, wide)))
        return false;
    for (u32 which = 0; which < 2; which++) {
        const struct way *w = which ? &y : &x;
        for (u32 at = w->n; at-- > w->shift;)
            if (make_plan(k, root, w, which ? &x : &y, at, &p) && p.n > best.n) {
                best = p;
                from = w;
                level = at;
            }
    }
    if (from)
        take(k, root, from, level, &best, wide, n);
    return from != NULL;
}

static void walk_block(struct look *k, u32 block, const struct block *b) {
    const u64 *out = live_out(k->l, block);
    k->block = block;
    k->barrier = 0;
    for (u32 pc = b->start; pc < b->end; pc++)
        step(k, pc);
    for (u32 pc = b->start; pc < b->end; pc++) {
        struct regs w = isa_writes(&k->f->code[pc]);
        for (u16 n = 0; n < w.n; n++)
            if (k->reg[w.r[n]].def == pc + 1 && live_has(out, w.r[n]))
                k->use[pc].n++;
    }
    for (u32 pc = b->start; pc < b->end; pc++) {
        const struct insn *i = &k->f->code[pc];
        struct regs w = isa_writes(i);
        if (joins(i->op) && (isa_info[i->op].type[0] == 'I' || !try_root(k, pc, true)))
            try_root(k, pc, false);
        if (!plain(i->op))
            k->barrier = pc + 1;
        for (u16 n = 0; n < w.n; n++)
            k->reg[w.r[n]].now = pc + 1;
    }
}

/* Where pieces come together in a block that has shifts both ways: how many. */
static u32 roots(const struct func *f, const struct block *b, u32 *nshift) {
    u32 left = 0, right = 0, join = 0, move = 0;
    for (u32 pc = b->start; pc < b->end; pc++) {
        u16 op = f->code[pc].op;
        left += is_left(op);
        right += is_right(op);
        join += joins(op);
        move += op == OP_mov64 || op == OP_mov32;
    }
    if (!left || !right || !join)
        return 0;
    *nshift += left + right + move;
    return join;
}

int rotates_find(struct rotates *t, const struct func *f, const struct cfg *g, const struct live *l, struct arena *a,
                 struct error *e) {
    u32 *block = arena_new(a, u32, g->nblk), nblock = 0, nroot = 0, nshift = 0, n;
    struct look k = {.f = f, .l = l, .out = t};
    *t = (struct rotates){0};
    for (u32 r = 0; block && r < g->nrpo; r++)
        if ((n = roots(f, &g->blk[g->rpo[r]], &nshift))) {
            block[nblock++] = g->rpo[r];
            nroot += n;
        }
    if (block && !nblock)
        return 0;
    k.reg = arena_new(a, struct held, f->nreg);
    k.use = arena_new(a, struct use, f->nslot);
    k.die = arena_new(a, u32, nshift);
    t->of = arena_new(a, struct rotate, nroot);
    if (!block || !k.reg || !k.use || !k.die || !t->of)
        return fail(e, E_NOMEM, NOWHERE, "out of memory for the rotates of %s", f->name);
    for (u32 b = 0; b < nblock; b++)
        walk_block(&k, block[b], &g->blk[block[b]]);
    return 0;
}
