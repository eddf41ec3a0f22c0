/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* div.c - division and remainder: by a constant through multiplication (T. Granlund, P. Montgomery: Division by
 * invariant integers using multiplication, 1994), else by div and idiv, whose rdx:rax may hold values.
 *
 * Rows without t are eBPF's: by 0 a quotient is 0 and a remainder the dividend. Those with t trap. */
#include "engine/jit/x86_64/emit.h"

struct kind {
    bool sign, rem, traps;
    enum width w;
};

static struct kind kind_of(u16 op) {
#define KIND(name, s, r, t, w)                                                                                         \
    case OP_##name:                                                                                                    \
    case OP_##name##i: return (struct kind){s, r, t, w};
    switch (op) {
        KIND(div64, 0, 0, 0, W64)
        KIND(sdiv64, 1, 0, 0, W64)
        KIND(mod64, 0, 1, 0, W64)
        KIND(smod64, 1, 1, 0, W64)
        KIND(div32, 0, 0, 0, W32)
        KIND(sdiv32, 1, 0, 0, W32)
        KIND(mod32, 0, 1, 0, W32)
        KIND(smod32, 1, 1, 0, W32)
        KIND(divt64, 0, 0, 1, W64)
        KIND(sdivt64, 1, 0, 1, W64)
        KIND(modt64, 0, 1, 1, W64)
        KIND(smodt64, 1, 1, 1, W64)
        KIND(divt32, 0, 0, 1, W32)
        KIND(sdivt32, 1, 0, 1, W32)
        KIND(modt32, 0, 1, 1, W32)
        KIND(smodt32, 1, 1, 1, W32)
    }
    return (struct kind){0};
}

/* --- by a constant --- */

/* floor(2^64 * hi / d) for hi < d, as a long division. */
static u64 divide_wide(u64 hi, u64 d) {
    u64 q = 0;
    for (u32 k = 0; k < 64; k++) {
        bool carry = hi >> 63;
        hi <<= 1;
        q <<= 1;
        if (carry || hi >= d) {
            hi -= d;
            q |= 1;
        }
    }
    return q;
}

static u32 log2_up(u64 d) {
    return d <= 1 ? 0 : 64 - (u32)__builtin_clzll(d - 1);
}

/* rdi := b / d of 32 bits, d no power of two. b is not changed; r10 is spent. */
static void quotient32(struct enc *c, enum gpr b, u32 d) {
    u32 s = log2_up(d), shift = 32 + s;
    u64 m, half;
    if (s == 32) { /* it is 0 or 1 */
        x_mov_ri(c, SCRATCH2, d);
        x_alu_rr(c, ALU_cmp, W32, b, SCRATCH2);
        x_mov_ri(c, SCRATCH, 0);
        x_setcc(c, CC_ae, SCRATCH);
        return;
    }
    m = ((u64)1 << shift) / d + 1; /* 33 bits */
    half = ((m - 1) >> 1) + 1;
    x_mov_rr(c, W32, SCRATCH, b);
    /* one of 32 bits does where its error times the dividend stays small */
    if (half * d - ((u64)1 << (shift - 1)) <= (u64)1 << (s - 1) && half >> 32 == 0) {
        if (half <= INT32_MAX) {
            x_imul_rri(c, W64, SCRATCH, SCRATCH, (s32)half);
        } else {
            x_mov_ri(c, SCRATCH2, half);
            x_two_rr(c, TWO_imul, W64, SCRATCH, SCRATCH2);
        }
        x_shift_ri(c, SH_shr, W64, SCRATCH, shift - 1);
        return;
    }
    x_mov_ri(c, SCRATCH2, (u32)m);
    x_two_rr(c, TWO_imul, W64, SCRATCH2, SCRATCH);
    x_shift_ri(c, SH_shr, W64, SCRATCH2, 32);
    x_alu_rr(c, ALU_sub, W32, SCRATCH, SCRATCH2);
    x_shift_ri(c, SH_shr, W32, SCRATCH, 1);
    x_alu_rr(c, ALU_add, W32, SCRATCH, SCRATCH2);
    x_shift_ri(c, SH_shr, W32, SCRATCH, s - 1);
}

/* rdi := the upper half of b * m. r10 is spent, rdx is kept unless it is free. */
static void high_half(struct emit *e, enum gpr b, u64 m, bool keep) {
    struct enc *c = e->c;
    if (keep)
        x_mov_rr(c, W64, SCRATCH2, RDX);
    if (c->cpu & CPU_BMI2) {
        if (b == RDX) {
            x_mov_ri(c, SCRATCH, m);
            x_bmi_rrr(c, BMI_mulx, W64, SCRATCH, SCRATCH, SCRATCH);
        } else {
            x_mov_ri(c, RDX, m);
            x_bmi_rrr(c, BMI_mulx, W64, SCRATCH, SCRATCH, b);
        }
    } else { /* by way of rax */
        v_rr(c, V_movq_xg, XSCRATCH, RAX);
        if (b == RAX)
            x_mov_rr(c, W64, SCRATCH, RAX);
        x_mov_ri(c, RAX, m);
        x_one_r(c, ONE_mul, W64, b == RAX ? SCRATCH : b);
        x_mov_rr(c, W64, SCRATCH, RDX);
        v_rr(c, V_movq_gx, RAX, XSCRATCH);
    }
    if (keep)
        x_mov_rr(c, W64, RDX, SCRATCH2);
}

/* rdi := b / d of 64 bits, d no power of two. */
static void quotient64(struct emit *e, enum gpr b, u64 d, bool keep) {
    u32 s = log2_up(d);
    u64 top = s == 64 ? 0 - d : ((u64)1 << s) - d; /* 2^s - d */
    u64 m = divide_wide(top, d) + 1;               /* 2^64 + m is the multiplier */
    struct enc *c = e->c;
    high_half(e, b, m, keep);
    x_mov_rr(c, W64, SCRATCH2, b);
    x_alu_rr(c, ALU_sub, W64, SCRATCH2, SCRATCH);
    x_shift_ri(c, SH_shr, W64, SCRATCH2, 1);
    x_alu_rr(c, ALU_add, W64, SCRATCH, SCRATCH2);
    if (s > 1)
        x_shift_ri(c, SH_shr, W64, SCRATCH, s - 1);
}

/* a := b - rdi * d, of what quotient left in rdi */
static enum gpr remainder_of(struct enc *c, enum width w, enum gpr b, u64 d, enum gpr a) {
    if (d <= INT32_MAX) {
        x_imul_rri(c, w, SCRATCH, SCRATCH, (s32)d);
    } else {
        x_mov_ri(c, SCRATCH2, d);
        x_two_rr(c, TWO_imul, w, SCRATCH, SCRATCH2);
    }
    if (a == b) {
        x_alu_rr(c, ALU_sub, w, a, SCRATCH);
        return a;
    }
    x_mov_rr(c, w, SCRATCH2, b);
    x_alu_rr(c, ALU_sub, w, SCRATCH2, SCRATCH);
    return SCRATCH2;
}

/* The operand b where multiplications find it: rdi, r10 and, by them, rdx are theirs. */
static bool by_constant(struct emit *e, const struct insn *i, struct kind k, u64 d) {
    struct enc *c = e->c;
    enum gpr a = def_gpr(e, i->a, SCRATCH), b, r;
    bool power = !(d & (d - 1));
    if (k.sign || d == 0 || (!power && value_of(e->u, i->b)->where != IN_GPR))
        return false;
    b = use_gpr(e, i->b, SCRATCH);
    if (power && k.rem) {
        u64 mask = d - 1;
        if (mask <= INT32_MAX) {
            x_mov_rr(c, W32, a, b);
            x_alu_ri(c, ALU_and, W32, a, (s32)mask);
        } else {
            x_mov_ri(c, SCRATCH2, mask);
            x_alu_rr(c, ALU_and, W64, SCRATCH2, b);
            a = SCRATCH2;
        }
        done_gpr(e, i->a, a);
    } else if (power) {
        x_mov_rr(c, k.w, a, b);
        if (d > 1)
            x_shift_ri(c, SH_shr, k.w, a, (unsigned)__builtin_ctzll(d));
        done_gpr(e, i->a, a);
    } else {
        if (k.w == W32)
            quotient32(c, b, (u32)d);
        else
            quotient64(e, b, d, b == RDX || (a != RDX && is_busy(e, RDX)));
        r = k.rem ? remainder_of(c, k.w, b, d, a) : SCRATCH;
        done_gpr(e, i->a, r);
    }
    return true;
}

/* --- by a register --- */

static void zero_stub(struct emit *e, const struct stub *s) {
    const struct insn *i = insn_at(e, e->pc);
    struct kind k = kind_of(i->op);
    if (k.rem) { /* the dividend stands in rax */
        if (k.w == W32)
            x_mov_rr(e->c, W32, RAX, RAX);
        x_mov_rr(e->c, W64, RDX, RAX);
    } else {
        x_zero(e->c, RAX);
    }
    x_jmp(e->c, s->back);
}

/* By -1: the quotient is the negated dividend, the remainder 0; idiv would trap where that overflows. */
static void minus_stub(struct emit *e, const struct stub *s) {
    const struct insn *i = insn_at(e, e->pc);
    struct kind k = kind_of(i->op);
    if (k.rem) {
        x_zero(e->c, RDX);
    } else {
        x_one_r(e->c, ONE_neg, k.w, RAX);
        if (k.traps)
            trap_if(e, CC_o, TRAP_INT_OVERFLOW);
    }
    x_jmp(e->c, s->back);
}

/* Operands of 64 bits are mostly small, and the short division is several times as fast. */
static void long_stub(struct emit *e, const struct stub *s) {
    x_zero(e->c, RDX);
    x_one_r(e->c, ONE_div, W64, (enum gpr)s->x);
    x_jmp(e->c, s->back);
}

static void divide(struct emit *e, const struct insn *i, struct kind k) {
    struct enc *c = e->c;
    u32 done = enc_label(c);
    enum gpr a = def_gpr(e, i->a, SCRATCH), b, d;
    u64 v = 0;
    bool imm = isa_info[i->op].shape == SHAPE_BINI, known = imm || const_of(e, i->c, &v);
    bool keep_a = a != RAX && is_busy(e, RAX), keep_d = a != RDX && is_busy(e, RDX);
    if (imm)
        v = k.w == W32 ? (u32)i->imm : (u64)(s64)i->imm;
    if (k.w == W32)
        v = (u32)v;
    if (known) {
        x_mov_ri(c, d = SCRATCH, v);
    } else {
        d = use_gpr(e, i->c, SCRATCH);
        if (d == RAX || d == RDX) {
            x_mov_rr(c, W64, SCRATCH, d);
            d = SCRATCH;
        }
    }
    if (keep_a)
        x_mov_rr(c, W64, SCRATCH2, RAX);
    if (keep_d)
        v_rr(c, V_movq_xg, XSCRATCH, RDX);
    b = use_gpr(e, i->b, RAX);
    if (b != RAX)
        x_mov_rr(c, W64, RAX, b);
    if (!known || v == 0) {
        bool nonzero = e->u->fact && e->u->fact[e->pc].bits & FACT_NONZERO;
        if (!nonzero || known) {
            x_test_rr(c, k.w, d, d);
            if (k.traps) /* never in a function whose rax is r0 */
                trap_if(e, CC_e, TRAP_DIV_BY_ZERO);
            else
                x_jcc(c, CC_e, stub_add(e, (struct stub){.fn = zero_stub, .back = done}));
        }
    }
    if (k.sign) {
        if (!known || v == (k.w == W32 ? UINT32_MAX : UINT64_MAX)) {
            x_alu_ri(c, ALU_cmp, k.w, d, -1);
            x_jcc(c, CC_e, stub_add(e, (struct stub){.fn = minus_stub, .back = done}));
        }
        x_plain(c, k.w == W64 ? PLAIN_cqo : PLAIN_cdq);
        x_one_r(c, ONE_idiv, k.w, d);
    } else {
        if (k.w == W64 && !(is_zext(e, i->b) && (known ? v >> 32 == 0 : is_zext(e, i->c)))) {
            x_mov_rr(c, W64, RDX, RAX);
            x_alu_rr(c, ALU_or, W64, RDX, d);
            x_shift_ri(c, SH_shr, W64, RDX, 32);
            x_jcc(c, CC_ne, stub_add(e, (struct stub){.fn = long_stub, .back = done, .x = d}));
        }
        x_zero(c, RDX);
        x_one_r(c, ONE_div, W32, d);
    }
    enc_bind(c, done);
    {
        enum gpr r = k.rem ? RDX : RAX;
        if (a == RAX && keep_d && r == RDX) {
            x_mov_rr(c, W64, RAX, RDX);
            r = RAX;
        } else if (a == RDX && keep_a && r == RAX) {
            x_mov_rr(c, W64, RDX, RAX);
            r = RDX;
        } else if (a != RAX && a != RDX) {
            done_gpr(e, i->a, r);
            r = NOREG;
        }
        if (keep_a)
            x_mov_rr(c, W64, RAX, SCRATCH2);
        if (keep_d)
            v_rr(c, V_movq_gx, RDX, XSCRATCH);
        if (r != NOREG)
            done_gpr(e, i->a, r);
    }
}

void emit_div(struct emit *e, const struct insn *i) {
    struct kind k = kind_of(i->op);
    u64 d;
    bool known = true;
    if (isa_info[i->op].shape == SHAPE_BINI)
        d = (u64)(s64)i->imm;
    else
        known = const_of(e, i->c, &d);
    if (k.w == W32)
        d = (u32)d;
    if (!known || !by_constant(e, i, k, d))
        divide(e, i, k);
}
