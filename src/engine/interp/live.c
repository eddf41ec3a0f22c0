/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* live.c - which registers are live where each block starts, one word a block.
 *
 * Sharper than ir/live.h in one thing: a call of a function reads only the arguments that this
 * function reads, and one of a helper those that the helper has. Loops with calls would
 * otherwise keep r3 .. r5 at the 0 that calls leave there, at a step each.
 * Registers from 63 on share a bit and are never dead. */
#include "engine/interp/lower.h"

static u64 bit(u16 reg) {
    return (u64)1 << (reg < 63 ? reg : 63);
}

static u64 helper_reads(const struct helper *h) {
    u64 set = 0;
    for (u16 k = 0; h && k < 5; k++)
        if (h->arg[k] != ARG_NONE || h->user) /* a host's function may read what it did not declare */
            set |= bit(k + 1);
    return set;
}

u64 call_reads(const struct lower *w, const struct insn *i) {
    const struct link_view *l = w->l;
    switch (i->op) {
    case OP_callf: return w->params[i->imm];
    case OP_call: return helper_reads((u32)i->imm < l->nhelper ? l->helper[i->imm] : NULL);
    case OP_callk: return helper_reads(l->import ? l->import[i->imm] : NULL);
    default: return bit(1) | bit(2) | bit(3) | bit(4) | bit(5) | bit(i->b);
    }
}

static bool is_call(u16 op) {
    return op == OP_callf || op == OP_call || op == OP_callk || op == OP_callx;
}

static u64 gotox_targets(const struct lower *w) {
    const u64 *ok = w->f->jump_ok;
    u64 set = 0;
    for (u32 b = 0; ok && b < w->g.nblk; b++)
        if (ok[w->g.blk[b].start / 64] >> (w->g.blk[b].start & 63) & 1)
            set |= w->livein[b];
    return set;
}

int live_blocks(struct lower *w) {
    const struct cfg *g = &w->g;
    u64 *gen = arena_new(&w->tmp, u64, g->nblk), *kill = arena_new(&w->tmp, u64, g->nblk), labels = 0, in, out;
    u32 b, i, k, n, sweeps = 0;
    bool again = true;
    w->livein = arena_new(&w->tmp, u64, g->nblk);
    if (!gen || !kill || !w->livein)
        return fail(w->e, E_NOMEM, NOWHERE, "out of memory");
    for (b = 0; b < g->nblk; b++)
        for (i = g->blk[b].end; i-- > g->blk[b].start;) {
            const struct insn *p = &w->f->code[i];
            struct regs def = isa_writes(p), use = isa_reads(p);
            for (k = 0; k < def.n; k++)
                if (def.r[k] < 63) {
                    gen[b] &= ~bit(def.r[k]);
                    kill[b] |= bit(def.r[k]);
                }
            if (is_call(p->op))
                gen[b] |= call_reads(w, p);
            else
                for (k = 0; k < use.n; k++)
                    gen[b] |= bit(use.r[k]);
        }
    /* few sweeps settle it; a graph that is made to need many gets the careful answer */
    while (again && sweeps++ < 32) {
        again = false;
        for (n = g->nrpo; n-- > 0;) {
            b = g->rpo[n];
            out = w->f->code[g->blk[b].end - 1].op == OP_gotox ? labels : 0;
            for (k = 0; k < 2; k++)
                if (g->blk[b].succ[k] != NBLOCK)
                    out |= w->livein[g->blk[b].succ[k]];
            in = gen[b] | (out & ~kill[b]);
            again |= in != w->livein[b];
            w->livein[b] = in;
        }
        if (w->f->jump_ok && labels != gotox_targets(w)) {
            labels = gotox_targets(w);
            again = true;
        }
    }
    for (b = 0; again && b < g->nblk; b++)
        w->livein[b] = ~(u64)0;
    return 0;
}
