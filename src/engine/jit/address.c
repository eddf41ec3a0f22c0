/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* address.c - addresses that are made for an access alone: the access makes them itself.
 *
 *     r8 = r10            gone
 *     r8 += -384          gone
 *     r8 += r7            gone
 *     r8 = *(u64 *)(r8)   r8 = *(u64 *)(r10 + r7 - 384)
 *
 * An index that is shifted for that alone is scaled. One walk over each block. A chain begins where a register is
 * copied, and ends where the copy is written or read by anything but an access; it is taken if nothing else has read
 * it. What it is made of must be the same at each access as where it was added. */
#include "engine/jit/address.h"

enum { LONGEST = 6, MOST = 8, FAR = 1 << 24, NEAR = 16 };

struct chain {
    bool open, stale; /* stale: what it is made of has changed */
    bool index;       /* it is at.index << at.scale: no address, but may become part of one */
    struct address at;
    u32 def[LONGEST], ndef;
    u32 use[MOST], nuse;
    struct address used[MOST];
};

struct walk {
    const struct unit *u;
    struct check *check;
    struct address *of;
    u32 n;
    struct chain chain[NREG_EBPF];
};

static bool is_free(const struct check *c) {
    return !c->dead && !c->gone && !c->root && !c->store && !c->rotate && !c->count && !c->lookup;
}

/* Nobody else has read what is in register r, and it is gone now. */
static void take(struct walk *w, u32 r) {
    struct chain *c = &w->chain[r];
    if (c->open && c->nuse) {
        for (u32 k = 0; k < c->ndef; k++)
            w->check[c->def[k]].gone = true;
        for (u32 k = 0; k < c->nuse; k++) {
            w->of[w->n++] = c->used[k];
            w->check[c->use[k]].address = w->n;
        }
    }
    c->open = false;
}

static void reads(struct walk *w, u32 r) {
    w->chain[r].open = false;
}

/* Register r changes by instruction pc, which is no part of its chain. */
static void writes(struct walk *w, u32 r) {
    take(w, r);
    for (u32 k = 0; k < NREG_EBPF; k++)
        if (w->chain[k].open && (w->chain[k].at.base == r || w->chain[k].at.index == r))
            w->chain[k].stale = true;
}

/* An access by base register i->b: part of a chain? */
static bool accesses(struct walk *w, u32 pc, const struct insn *i) {
    struct chain *c = &w->chain[i->b];
    const struct place *p = &w->u->o.place[pc];
    if (!c->open || c->stale || c->index || c->nuse == MOST || !is_free(&w->check[pc]) || p->access == ACCESS_CTX)
        return false;
    if (w->u->fact && w->u->fact[pc].bits & FACT_CTX)
        return false;
    c->use[c->nuse] = pc;
    c->used[c->nuse++] = c->at;
    return true;
}

/* Nobody reads register r behind instruction pc, as far as that is near. */
static bool is_dead(const struct walk *w, u32 r, u32 pc) {
    const struct unit *u = w->u;
    u32 b = u->g.of[pc], end = u->g.blk[b].end, p;
    for (p = pc + 1; p < end && p < pc + NEAR; p++) {
        struct regs in = isa_reads(&u->code[p]), out = isa_writes(&u->code[p]);
        for (u32 k = 0; k < in.n; k++)
            if (in.r[k] == r)
                return false;
        for (u32 k = 0; k < out.n; k++)
            if (out.r[k] == r)
                return true;
    }
    return p == end && !live_has(live_out(&u->live, b), (u16)r);
}

/* A shift of what is copied, or of what stands there: an index. */
static bool shifts(struct walk *w, u32 pc, const struct insn *i) {
    struct chain *c = &w->chain[i->a];
    struct chain x = {.open = true, .index = true, .at = {NO_VALUE, i->a, (u8)i->imm, 0}};
    if (i->op != OP_lsh64i || i->a != i->b || i->imm < 1 || i->imm > 3)
        return false;
    if (c->open && !c->stale && !c->index && !c->nuse && c->ndef == 1) {
        x.at.index = c->at.base;
        x.def[x.ndef++] = c->def[0];
    }
    x.def[x.ndef++] = pc;
    reads(w, i->a);
    writes(w, i->a);
    *c = x;
    return true;
}

/* An index joins an address, if that is what it was made for. */
static bool joins(struct walk *w, u32 pc, struct chain *c, const struct chain *x, u32 reg) {
    if (!x->open || x->stale || !x->index || c->ndef + x->ndef >= LONGEST || !is_dead(w, reg, pc))
        return false;
    c->at.index = x->at.index;
    c->at.scale = x->at.scale;
    for (u32 k = 0; k < x->ndef; k++)
        c->def[c->ndef++] = x->def[k];
    return true;
}

/* A copy begins a chain, an addition goes on with one. */
static bool extends(struct walk *w, u32 pc, const struct insn *i) {
    struct chain *c = &w->chain[i->a];
    if (!is_free(&w->check[pc]) || w->check[pc].needed)
        return false;
    if (shifts(w, pc, i))
        return true;
    if (i->op == OP_mov64 && i->a != i->b) {
        reads(w, i->b);
        writes(w, i->a);
        *c = (struct chain){.open = true, .at = {i->b, NO_VALUE, 0, 0}, .def = {pc}, .ndef = 1};
        return true;
    }
    if (!c->open || c->stale || c->index || i->b != i->a || c->nuse || c->ndef == LONGEST)
        return false;
    if (i->op == OP_add64i && i->imm > -FAR && i->imm < FAR && c->at.disp > -FAR && c->at.disp < FAR) {
        c->at.disp += i->imm;
    } else if (i->op == OP_add64 && i->c != i->a && c->at.index == NO_VALUE) {
        if (!joins(w, pc, c, &w->chain[i->c], i->c))
            c->at.index = i->c;
        reads(w, i->c);
    } else {
        return false;
    }
    c->def[c->ndef++] = pc;
    for (u32 k = 0; k < NREG_EBPF; k++) /* others that are made of it */
        if (w->chain[k].open && (w->chain[k].at.base == i->a || w->chain[k].at.index == i->a))
            w->chain[k].stale = true;
    return true;
}

static void step(struct walk *w, u32 pc) {
    const struct insn *i = &w->u->code[pc];
    u8 shape = isa_info[i->op].shape;
    struct regs in, out;
    bool folds = false;
    if (i->op == OP_pad || w->check[pc].gone || extends(w, pc, i))
        return;
    in = isa_reads(i);
    out = isa_writes(i);
    for (u32 k = 0; k < NREG_EBPF && w->u->touched[pc].site; k++) /* it takes registers that nobody reads behind it */
        w->chain[k].stale = true;
    if (shape == SHAPE_LD || shape == SHAPE_STI || (shape == SHAPE_ST && i->c != i->b))
        folds = accesses(w, pc, i);
    for (u32 k = 0; k < in.n; k++)
        if (!folds || in.r[k] != i->b)
            reads(w, in.r[k]);
    if (w->check[pc].update && w->check[pc].with != NO_VALUE)
        reads(w, w->check[pc].with);
    for (u32 k = 0; k < out.n; k++)
        writes(w, out.r[k]);
}

/* any[b]: block b has an access by a register that it has copied another into. Returns how many there are. */
static u32 find_blocks(const struct unit *u, bool *any) {
    u32 n = 0;
    for (u32 b = 0; b < u->g.nblk; b++) {
        const struct block *k = &u->g.blk[b];
        u32 copied = 0;
        for (u32 pc = k->start; k->reachable && pc < k->end; pc++) {
            const struct insn *i = &u->code[pc];
            u8 shape = isa_info[i->op].shape;
            if (i->op == OP_mov64 && i->a != i->b)
                copied |= 1u << i->a;
            else if (copied && (shape == SHAPE_LD || shape == SHAPE_ST || shape == SHAPE_STI) && copied >> i->b & 1)
                any[b] = ++n;
        }
    }
    return n;
}

bool jit_plan_addresses(const struct unit *u, struct check *check, struct address **of) {
    struct walk w = {.u = u, .check = check};
    u32 n;
    bool *any = arena_new(u->tmp, bool, u->g.nblk);
    if (!any)
        return false;
    n = find_blocks(u, any);
    *of = w.of = arena_new(u->tmp, struct address, n);
    if (!w.of)
        return false;
    for (u32 b = 0; n && b < u->g.nblk; b++) {
        const struct block *k = &u->g.blk[b];
        const u64 out = live_out(&u->live, b)[0];
        if (!any[b])
            continue;
        for (u32 pc = k->start; pc < k->end; pc++)
            step(&w, pc);
        for (u32 r = 0; r < NREG_EBPF; r++) {
            if (out >> r & 1)
                reads(&w, r);
            take(&w, r);
        }
    }
    return true;
}
