/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* count.c - bits counted by adding ever wider fields, which is what portable code does and compilers for eBPF leave.
 *
 *     x -= x >> 1 & 0x5555...                    u
 *     x = (x & 0x3333...) + (x >> 2 & 0x3333...) t
 *     x = x + (x >> 4) & 0x0f0f...               s
 *     x = x * 0x0101... >> 56                    the root, from which the others are found upwards
 *
 * Constants of 64 bits come in registers, often from in front of the loop. */
#include "engine/jit/count.h"
#include <string.h>

enum { MOST = 40, FARTHEST = 80, NONE = 0xffffffffu };

struct look {
    const struct unit *u;
    const struct block *b;
    bool wide;
    u32 set[MOST], n; /* instructions that the root rests on */
    u32 *held; /* of each block and register: the constant's instruction that it begins with, + 1; ANY. NULL: not looked
                  for */
};
enum { ANY = 0xffffffffu };

/* Who wrote reg last in front of instruction pc of this block; NONE: it began with it. */
static u32 def_of(const struct look *k, u16 reg, u32 pc) {
    while (pc-- > k->b->start) {
        struct regs w = isa_writes(&k->u->code[pc]);
        for (u32 n = 0; n < w.n; n++)
            if (w.r[n] == reg)
                return pc;
    }
    return NONE;
}

/* Notes instruction pc, once. */
static bool note(struct look *k, u32 pc) {
    for (u32 n = 0; n < k->n; n++)
        if (k->set[n] == pc)
            return true;
    if (k->n == MOST)
        return false;
    k->set[k->n++] = pc;
    return true;
}

/* The instruction that made what pc reads in reg, through copies; NONE with *reg: the block began with it there. */
static u32 maker(struct look *k, u16 *reg, u32 pc, bool notes) {
    for (;;) {
        u32 d = def_of(k, *reg, pc);
        if (d == NONE)
            return NONE;
        if (k->u->code[d].op != OP_mov64 && (k->wide || k->u->code[d].op != OP_mov32))
            return d;
        if (notes && !note(k, d))
            return NONE;
        *reg = k->u->code[d].b;
        pc = d;
    }
}

/* --- constants at the begin of blocks --- */

static bool value_at(const struct insn *i, u64 *v) {
    switch (i->op) {
    case OP_mov64i: *v = (u64)(s64)i->imm; return true;
    case OP_mov32i: *v = (u32)i->imm; return true;
    case OP_const64: *v = insn_imm64(i); return true;
    default: return false;
    }
}

static bool meet(u32 *to, const u32 *from) {
    bool changed = false;
    for (u32 r = 0; r < NREG_EBPF; r++) {
        u32 v = to[r] == 0 || to[r] == from[r] ? from[r] : ANY;
        changed |= v != to[r];
        to[r] = v;
    }
    return changed;
}

/* Forwards until nothing changes: at most twice a register and block, mostly twice in all. */
static bool find_held(struct look *k) {
    const struct unit *u = k->u;
    bool again = true;
    k->held = arena_new(u->tmp, u32, (size_t)NREG_EBPF * u->g.nblk);
    if (!k->held)
        return false;
    memset(k->held, 0xff, NREG_EBPF * sizeof *k->held);
    while (again) {
        again = false;
        for (u32 n = 0; n < u->g.nrpo; n++) {
            u32 b = u->g.rpo[n], now[NREG_EBPF];
            const struct block *x = &u->g.blk[b];
            u64 v;
            memcpy(now, k->held + (size_t)NREG_EBPF * b, sizeof now);
            if (u->f->jump_ok && u->f->jump_ok[x->start / 64] >> x->start % 64 & 1)
                memset(now, 0xff, sizeof now);
            for (u32 pc = x->start; pc < x->end; pc++) {
                struct regs w = isa_writes(&u->code[pc]);
                for (u32 j = 0; j < w.n; j++)
                    now[w.r[j]] = value_at(&u->code[pc], &v) ? pc + 1 : ANY;
            }
            for (u32 j = 0; j < 2; j++)
                if (x->succ[j] != NBLOCK)
                    again |= meet(k->held + (size_t)NREG_EBPF * x->succ[j], now);
        }
    }
    return true;
}

/* Is what pc reads in reg the constant c? */
static bool is(struct look *k, u16 reg, u32 pc, u64 c) {
    u32 d = maker(k, &reg, pc, false);
    u64 v;
    if (d == NONE) {
        if (!k->held && !find_held(k))
            return false;
        d = k->held[(size_t)NREG_EBPF * (u32)(k->b - k->u->g.blk) + reg];
        if (!d || d == ANY)
            return false;
        d--;
    }
    return value_at(&k->u->code[d], &v) && v == (k->wide ? c : (u32)c);
}

/* --- the pattern --- */

/* A value: the instruction that makes it, or the register that the block began with. */
struct from {
    u32 pc;
    u16 reg;
};

static bool same(struct from x, struct from y) {
    return x.pc == y.pc && (x.pc != NONE || x.reg == y.reg);
}

static struct from from(struct look *k, u16 reg, u32 pc) {
    struct from f = {0, reg};
    f.pc = maker(k, &f.reg, pc, true);
    return f;
}

static bool op_is(const struct look *k, u32 pc, u16 wide, u16 narrow) {
    return pc != NONE && k->u->code[pc].op == (k->wide ? wide : narrow);
}

/* *x: what is shifted right by n to make f. */
static bool shifted(struct look *k, struct from f, s32 n, struct from *x) {
    if (!op_is(k, f.pc, OP_rsh64i, OP_rsh32i) || k->u->code[f.pc].imm != n || !note(k, f.pc))
        return false;
    *x = from(k, k->u->code[f.pc].b, f.pc);
    return true;
}

/* *x: what is masked (or multiplied) with c to make f. */
static bool with(struct look *k, struct from f, u16 wide, u16 narrow, u64 c, struct from *x) {
    const struct insn *i = &k->u->code[f.pc == NONE ? 0 : f.pc];
    u16 reg;
    if (op_is(k, f.pc, (u16)(wide + 1), (u16)(narrow + 1))) { /* the immediate form */
        if ((k->wide ? (u64)(s64)i->imm : (u32)i->imm) != (k->wide ? c : (u32)c))
            return false;
        reg = i->b;
    } else if (!op_is(k, f.pc, wide, narrow)) {
        return false;
    } else if (is(k, i->c, f.pc, c)) {
        reg = i->b;
    } else if (is(k, i->b, f.pc, c)) {
        reg = i->c;
    } else {
        return false;
    }
    *x = from(k, reg, f.pc);
    return note(k, f.pc);
}

static bool masked(struct look *k, struct from f, u64 c, struct from *x) {
    return with(k, f, OP_and64, OP_and32, c, x);
}

/* The two that are added to make f. */
static bool added(struct look *k, struct from f, struct from *x, struct from *y) {
    if (!op_is(k, f.pc, OP_add64, OP_add32) || !note(k, f.pc))
        return false;
    *x = from(k, k->u->code[f.pc].b, f.pc);
    *y = from(k, k->u->code[f.pc].c, f.pc);
    return true;
}

static bool makes_t(struct look *k, struct from x, struct from y, struct from *u) {
    struct from z, w;
    return masked(k, x, 0x3333333333333333, u) && masked(k, y, 0x3333333333333333, &z) && shifted(k, z, 2, &w) &&
           same(*u, w);
}

/* What is counted; false: it is another computation. */
static bool matches(struct look *k, u32 root, struct from *x) {
    struct from f = from(k, k->u->code[root].b, root), s, p, q, t, u, v, w;
    u32 n;
    if (!with(k, f, OP_mul64, OP_mul32, 0x0101010101010101, &f) || !masked(k, f, 0x0f0f0f0f0f0f0f0f, &s) ||
        !added(k, s, &p, &q))
        return false;
    if (shifted(k, q, 4, &t) && same(t, p))
        t = p;
    else if (!shifted(k, p, 4, &t) || !same(t, q))
        return false;
    if (!added(k, t, &p, &q))
        return false;
    n = k->n;
    if (!makes_t(k, p, q, &u)) {
        k->n = n;
        if (!makes_t(k, q, p, &u))
            return false;
    }
    if (!op_is(k, u.pc, OP_sub64, OP_sub32) || !note(k, u.pc))
        return false;
    *x = from(k, k->u->code[u.pc].b, u.pc);
    v = from(k, k->u->code[u.pc].c, u.pc);
    return masked(k, v, 0x5555555555555555, &w) && shifted(k, w, 1, &v) && same(v, *x);
}

static bool has(const struct look *k, u32 pc) {
    for (u32 n = 0; n < k->n; n++)
        if (k->set[n] == pc)
            return true;
    return false;
}

static bool touches(struct regs r, u16 reg) {
    for (u32 n = 0; n < r.n; n++)
        if (r.r[n] == reg)
            return true;
    return false;
}

/* Does somebody else read what instruction pc makes? */
static bool is_read(const struct look *k, u32 pc, u32 root) {
    u16 reg = k->u->code[pc].a;
    for (u32 p = pc + 1; p < k->b->end; p++) {
        if (p != root && !has(k, p) && touches(isa_reads(&k->u->code[p]), reg))
            return true;
        if (touches(isa_writes(&k->u->code[p]), reg))
            return false;
    }
    return live_has(live_out(&k->u->live, (u32)(k->b - k->u->g.blk)), reg);
}

static bool take(struct look *k, const struct check *check, u32 root, u16 *reg) {
    struct from x;
    u32 first;
    if (!matches(k, root, &x))
        return false;
    *reg = x.pc == NONE ? x.reg : k->u->code[x.pc].a;
    first = x.pc == NONE ? k->b->start : x.pc + 1;
    for (u32 n = 0; n < k->n; n++) {
        const struct check *c = &check[k->set[n]];
        if (is_read(k, k->set[n], root) || c->dead || c->gone || c->root || c->store || c->needed || c->rotate)
            return false;
    }
    for (u32 p = first; p < root; p++) /* it is still there, once they are gone */
        if (jit_has_site(k->u->code[p].op) || (!has(k, p) && touches(isa_writes(&k->u->code[p]), *reg)))
            return false;
    return !check[root].gone && !check[root].rotate && !(x.pc != NONE && check[x.pc].dead);
}

bool jit_plan_counts(const struct unit *u, struct check *check, struct count **of) {
    struct look k = {.u = u};
    u32 n = 0, room = 0;
    *of = NULL;
    if (!(u->has & HAS_TOP))
        return true;
    for (u32 pc = 0; pc < u->f->nslot; pc++) {
        const struct insn *i = &u->code[pc];
        u16 reg;
        if ((i->op != OP_rsh64i || i->imm != 56) && (i->op != OP_rsh32i || i->imm != 24))
            continue;
        k.b = &u->g.blk[u->g.of[pc]];
        k.n = 0;
        k.wide = i->op == OP_rsh64i;
        if (!k.b->reachable || pc - k.b->start > FARTHEST || !take(&k, check, pc, &reg))
            continue;
        if (n == room) {
            struct count *more = arena_new(u->tmp, struct count, 2 * n + 4);
            if (!more)
                return false;
            if (n)
                memcpy(more, *of, n * sizeof *more);
            *of = more;
            room = 2 * n + 4;
        }
        for (u32 d = 0; d < k.n; d++)
            check[k.set[d]].gone = true;
        (*of)[n++] = (struct count){pc, reg, k.wide};
        check[pc].count = n;
    }
    return true;
}
