/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* xmm.c - operands in xmm registers. */
#include "engine/jit/x86_64/xmm.h"
#include <assert.h>

struct xarg xmm_arg(struct emit *e, u32 v, unsigned n, unsigned scratch) {
    u64 bits;
    if (n < 16 || has(e, CPU_AVX)) { /* SSE wants 16 bytes aligned, which a slot is not */
        if (in_mem(e, v))
            return (struct xarg){true, 0, value_mem(e, v)};
        if (n < 16 && !e->c->harden && const_of(e, v, &bits))
            return (struct xarg){true, 0, data_mem(e, &bits, n)};
    }
    return (struct xarg){false, use_xmm(e, v, scratch), {0, 0, 0, 0}};
}

static bool commutes(enum vop op) {
    switch (op) {
    case V_pand:
    case V_por:
    case V_pxor:
    case V_andps:
    case V_orps:
    case V_xorps:
    case V_paddb:
    case V_paddw:
    case V_paddd:
    case V_paddq:
    case V_pmullw:
    case V_pmulld:
    case V_pmuludq:
    case V_pmuldq:
    case V_pmaddwd:
    case V_pcmpeqb:
    case V_pcmpeqw:
    case V_pcmpeqd:
    case V_pcmpeqq: return true;
    default: return false; /* of two NaNs the first counts */
    }
}

/* Without AVX the second source must not be the destination. */
static unsigned apart(struct emit *e, enum vop op, unsigned d, unsigned *a, unsigned b) {
    unsigned t;
    if (has(e, CPU_AVX) || d != b || d == *a)
        return b;
    if (commutes(op)) {
        t = *a;
        *a = b;
        return t;
    }
    t = *a == XSCRATCH2 || b == XSCRATCH2 ? XSCRATCH : XSCRATCH2;
    assert(t != *a && t != b);
    v_mov(e->c, t, b);
    return t;
}

void xmm_op(struct emit *e, enum vop op, unsigned d, unsigned a, unsigned b) {
    b = apart(e, op, d, &a, b);
    v_rrr(e->c, op, d, a, b);
}

void xmm_op_imm(struct emit *e, enum vop op, unsigned d, unsigned a, unsigned b, unsigned imm) {
    b = apart(e, op, d, &a, b);
    v_rrri(e->c, op, d, a, b, imm);
}

void xmm_op_arg(struct emit *e, enum vop op, unsigned d, unsigned a, struct xarg b) {
    if (b.in_mem)
        v_rrm(e->c, op, d, a, b.m);
    else
        xmm_op(e, op, d, a, b.r);
}

struct mem xmm_data(struct emit *e, const void *p, unsigned n) {
    u8 all[16];
    for (unsigned k = 0; k < 16; k += n)
        memcpy(all + k, p, n);
    return data_mem(e, all, 16);
}

struct mem xmm_lanes(struct emit *e, unsigned width, u64 v) {
    return xmm_data(e, &v, width);
}

void xmm_op_data(struct emit *e, enum vop op, unsigned d, unsigned a, const void *p, unsigned n) {
    v_rrm(e->c, op, d, a, xmm_data(e, p, n));
}

unsigned xwork_temp(struct xwork *w) {
    unsigned r = XSCRATCH;
    if (w->used >> r & 1)
        r = XSCRATCH2;
    if (w->used >> r & 1) {
        for (r = 0; w->used >> r & 1; r++)
            ;
        assert(w->nsaved < COUNT(w->saved));
        w->saved[w->nsaved++] = (u8)r;
        v_mr(w->e->c, V_movups_st, mem_b(RSP, -16 * (s32)w->nsaved), r);
    }
    w->used |= 1u << r;
    return r;
}

void xwork_end(struct xwork *w) {
    for (; w->nsaved; w->nsaved--)
        v_rm(w->e->c, V_movups, w->saved[w->nsaved - 1], mem_b(RSP, -16 * (s32)w->nsaved));
}

const struct insn *branch_on(const struct emit *e, const struct insn *i, bool *when) {
    const struct insn *j = next_insn(e);
    if (!j || (j->op != OP_jne32i && j->op != OP_jeq32i && j->op != OP_jne64i && j->op != OP_jeq64i) || j->imm != 0 ||
        j->b != i->a || e->u->fixed || !(e->u->val[i->a].flags & VALUE_ONCE))
        return NULL;
    *when = j->op == OP_jne32i || j->op == OP_jne64i;
    return j;
}
