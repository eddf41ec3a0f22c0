/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fixed.c - units whose values are r0 .. r10, where the machine has them.
 * in: g, live      out: val, last, site, zero, used_gpr
 *
 * One walk backwards over each block, with the set of registers that are read later. */
#include "engine/jit/jit.h"
#include <string.h>

/* For which a machine may need registers that hold values: it asks which do. */
static const bool greedy[OP_COUNT] = {
#define BOTH(name)      [OP_##name] = true, [OP_##name##i] = true,
#define ATOM(name, ...) [OP_##name] = true,
#include "isa/isa.def"
    /* clang-format off */
    BOTH(div64) BOTH(sdiv64) BOTH(mod64) BOTH(smod64) BOTH(div32) BOTH(sdiv32) BOTH(mod32) BOTH(smod32)
    BOTH(divt64) BOTH(sdivt64) BOTH(modt64) BOTH(smodt64) BOTH(divt32) BOTH(sdivt32) BOTH(modt32) BOTH(smodt32)
            /* clang-format on */
            [OP_memgrow] = true,
};

bool jit_calls_rt(u16 op) {
    switch (op) {
    case OP_memgrow:
    case OP_tgrow:
    case OP_tfill:
    case OP_tcopy:
    case OP_tinit:
    case OP_tdrop:
    case OP_tseg:
    case OP_mfill:
    case OP_mcopy:
    case OP_minit:
    case OP_mdrop:
    case OP_mawait32:
    case OP_mawait64:
    case OP_manotify:
    case OP_throw:
    case OP_throwref: return true;
    default: return isa_info[op].window == WIN_CALL;
    }
}

bool jit_has_site(u16 op) {
    if (!(isa_brief[op] & BRIEF_ODD))
        return greedy[op];
    if (isa_info[op].shape == SHAPE_MATOM)
        return isa_info[op].atom == MATOM_CMPXCHG || jit_calls_rt(op);
    return op == OP_call || op == OP_callf || op == OP_callk || op == OP_callx || op == OP_exit || greedy[op] ||
           isa_info[op].window != WIN_NO || jit_calls_rt(op);
}

static u32 machine_mask(const struct machine *mc, u32 set) {
    u32 m = 0;
    for (; set; set &= set - 1)
        m |= 1u << mc->ebpf[__builtin_ctz(set)];
    return m;
}

static u32 bits_of(struct regs r) {
    u32 set = 0;
    for (u32 k = 0; k < r.n; k++)
        set |= 1u << r.r[k];
    return set;
}

static void site(struct unit *u, struct site *s, u32 pc, u32 live, u32 out) {
    const struct insn *i = &u->code[pc];
    bool call = i->op == OP_call || i->op == OP_callf || i->op == OP_callk || i->op == OP_callx;
    u32 zero = call ? live & 0x3e : 0;
    *s = (struct site){.pc = pc, .gpr = machine_mask(u->mc, live & ~out)};
    s->zero = (u32)(u->nlist);
    for (; zero; zero &= zero - 1)
        u->list[u->nlist++] = (u16)__builtin_ctz(zero);
    s->nzero = u->nlist - s->zero;
}

/* What it reads: of calls the arguments that the callee has. */
static u32 odd_reads(const struct unit *u, const struct insn *i) {
    const struct link_view *l = u->l;
    const struct helper *h;
    u32 set = 0;
    if (i->op == OP_call)
        h = (u32)i->imm < l->nhelper ? l->helper[i->imm] : NULL;
    else if (i->op == OP_callk)
        h = l->import ? l->import[i->imm] : NULL;
    else
        return bits_of(isa_reads(i));
    for (u32 k = 0; h && k < 5; k++)
        if (h->arg[k] != ARG_NONE || h->user) /* a host's function may read what it did not declare */
            set |= 2u << k;
    return set;
}

static struct touched touches(const struct unit *u, const struct insn *i) {
    u32 k = isa_brief[i->op], a = k & BRIEF_A, b = k / BRIEF_B & 1, c = k / BRIEF_C & 1;
    if (unlikely(k & BRIEF_ODD))
        return (struct touched){(u16)odd_reads(u, i), bits_of(isa_writes(i)) & 0x7fff, jit_has_site(i->op)};
    return (struct touched){
        .in = (u16)(b << (i->b & 15) | c << (i->c & 15)), .out = (a << (i->a & 15)) & 0x7fff, .site = greedy[i->op]};
}

/* ir/live.h for r0 .. r10, in one word, and sharper in what calls read. Counts sites in u->nsite. */
int jit_fixed_live(struct unit *u) {
    const struct cfg *g = &u->g;
    u64 *gen = arena_some(u->tmp, u64, g->nblk), *kill = arena_some(u->tmp, u64, g->nblk), hub = 0;
    u32 sweeps = 0;
    bool again = true;
    u->live = (struct live){.nword = 1, .exact = true, .f = u->f, .c = g};
    u->live.in = arena_new(u->tmp, u64, g->nblk);
    u->live.out = arena_new(u->tmp, u64, g->nblk);
    u->touched = arena_some(u->tmp, struct touched, u->f->nslot);
    if (!gen || !kill || !u->touched || !u->live.in || !u->live.out)
        return fail(u->e, E_NOMEM, NOWHERE, "out of memory to compile %s", u->f->name);
    for (u32 b = 0; b < g->nblk; b++) {
        const struct insn *i = &u->f->code[g->blk[b].start], *end = &u->f->code[g->blk[b].end];
        struct touched *to = &u->touched[g->blk[b].start];
        u32 in = 0, out = 0, sites = 0;
        for (; i < end; i++, to++) {
            struct touched t = touches(u, i);
            *to = t;
            in |= t.in & ~out;
            out |= t.out;
            sites += t.site;
        }
        u->nsite += sites;
        gen[b] = in;
        kill[b] = out;
    }
    while (again) {
        again = false;
        for (u32 k = g->nrpo; k-- > 0;) {
            u32 b = g->rpo[k];
            const struct block *x = &g->blk[b];
            u64 out = u->f->code[x->end - 1].op == OP_gotox ? hub : 0, in;
            for (u32 j = 0; j < 2; j++)
                if (x->succ[j] != NBLOCK)
                    out |= u->live.in[x->succ[j]];
            in = gen[b] | (out & ~kill[b]);
            u->live.out[b] = out;
            if (in == u->live.in[b])
                continue;
            u->live.in[b] = in;
            again = true;
            if (u->f->jump_ok && u->f->jump_ok[x->start / 64] >> x->start % 64 & 1)
                hub |= in;
        }
        if (++sweeps == 64 && again) { /* a graph made to need many: all is read */
            for (u32 b = 0; b < g->nblk; b++)
                u->live.in[b] = u->live.out[b] = 0x7ff;
            again = false;
        }
    }
    return 0;
}

static u32 block(struct unit *u, const struct block *b, u32 live, u32 *next) {
    u32 used = 0;
    for (u32 pc = b->end; pc-- > b->start;) {
        struct touched t = u->touched[pc];
        if (t.out && !(live & t.out))
            u->last[pc] = LAST_A;
        if (unlikely(t.site))
            site(u, &u->site[--*next], pc, live, t.out);
        live = (live & ~(u32)t.out) | t.in;
        used |= t.in | t.out;
    }
    return used;
}

int jit_fixed_values(struct unit *u) {
    const struct func *f = u->f;
    u32 sites = u->nsite, next;
    u32 used = 0, zero;
    u->code = f->code;
    u->nval = NREG_EBPF;
    u->val = arena_new(u->tmp, struct value, NREG_EBPF);
    u->last = arena_new(u->tmp, u8, f->nslot);
    u->site = arena_some(u->tmp, struct site, sites);
    u->list = arena_some(u->tmp, u16, 5 * (size_t)sites);
    u->zero = arena_new(u->tmp, u16, NREG_EBPF);
    if (!u->val || !u->last || !u->site || !u->list || !u->zero)
        return fail(u->e, E_NOMEM, NOWHERE, "out of memory to compile %s", f->name);
    for (u32 r = 0; r < NREG_EBPF; r++)
        u->val[r] =
            (struct value){.cls = VAL_INT, .where = IN_GPR, .reg = u->mc->ebpf[r], .same = NO_VALUE, .hint = NO_REG};
    next = sites;
    for (u32 b = u->g.nblk; b-- > 0;)
        if (u->g.blk[b].reachable)
            used |= block(u, &u->g.blk[b], (u32)live_out(&u->live, b)[0] & 0x7ff, &next);
    u->nsite = sites - next;
    memmove(u->site, u->site + next, u->nsite * sizeof *u->site);
    u->used_gpr = machine_mask(u->mc, used & 0x7ff);
    zero = (u32)live_in(&u->live, 0)[0] & 0x3c1; /* r0, r6 .. r9; r1 .. r5 are arguments */
    for (; zero; zero &= zero - 1)
        u->zero[u->nzero++] = (u16)__builtin_ctz(zero);
    return 0;
}
