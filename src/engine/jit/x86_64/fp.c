/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fp.c - rows of f32 and f64, with the meaning that isa.def gives them: rounding to nearest, NaNs as the processor
 * makes them.
 *
 * What needs a second look - equal operands of min and max, conversions that leave the target's range - is one test on
 * the main line, that of the value which the processor gives then; the rest is out of line. */
#include "engine/jit/x86_64/xmm.h"
#include <assert.h>

enum { NEAREST = 8, FLOOR, CEIL, TRUNC }; /* of round*: without "inexact" */

/* --- two operands: b, and c or the bits of an immediate --- */

static struct xarg arg_c(struct emit *e, const struct insn *i, bool wide, unsigned scratch) {
    u64 bits = (u64)(s64)i->imm;
    if (isa_info[i->op].shape == SHAPE_BINI)
        return (struct xarg){true, 0, data_mem(e, &bits, wide ? 8 : 4)};
    return xmm_arg(e, i->c, wide ? 8 : 4, scratch);
}

static unsigned use_c(struct emit *e, const struct insn *i, bool wide, unsigned scratch) {
    if (isa_info[i->op].shape != SHAPE_BINI)
        return use_xmm(e, i->c, scratch);
    v_rm(e->c, wide ? V_movsd_ld : V_movss_ld, scratch, arg_c(e, i, wide, scratch).m);
    return scratch;
}

static void arith(struct emit *e, const struct insn *i, enum vop op, bool wide) {
    unsigned a = use_xmm(e, i->b, XSCRATCH), d;
    struct xarg b = arg_c(e, i, wide, XSCRATCH2);
    d = def_xmm(e, i->a, XSCRATCH);
    xmm_op_arg(e, op, d, a, b);
    done_xmm(e, i->a, d, wide ? 'D' : 'F');
}

/* Equal operands (of which one may be -0) and NaNs. x: registers d, b; y: op for equals, z: for NaNs. */
static void min_max_rare(struct emit *e, const struct stub *s) {
    u32 nan = enc_label(e->c);
    unsigned d = s->x & 15, b = s->x >> 4 & 15;
    x_jcc(e->c, CC_p, nan);
    v_rrr(e->c, (enum vop)s->y, d, d, b);
    x_jmp(e->c, s->back);
    enc_bind(e->c, nan);
    v_rrr(e->c, (enum vop)s->z, d, d, b);
    x_jmp(e->c, s->back);
}

static void min_max(struct emit *e, const struct insn *i, bool max, bool wide) {
    static const enum vop ops[2][2] = {{V_minss, V_maxss}, {V_minsd, V_maxsd}};
    unsigned a = use_xmm(e, i->b, XSCRATCH), b = use_c(e, i, wide, XSCRATCH2), d = def_xmm(e, i->a, XSCRATCH), t;
    struct stub s = {.fn = min_max_rare, .y = max ? V_andps : V_orps, .z = wide ? V_addsd : V_addss};
    u32 rare;
    t = d == b && d != a ? XSCRATCH : d; /* a's own, if that is where it was loaded */
    v_mov(e->c, t, a);
    s.x = t | (u64)b << 4;
    s.back = enc_label(e->c);
    rare = stub_add(e, s);
    v_rr(e->c, wide ? V_ucomisd : V_ucomiss, t, b);
    x_jcc(e->c, CC_e, rare);
    v_rrr(e->c, ops[wide][max], t, t, b);
    enc_bind(e->c, s.back);
    v_mov(e->c, d, t);
    done_xmm(e, i->a, d, wide ? 'D' : 'F');
}

static void copysign_(struct emit *e, const struct insn *i, bool wide) {
    unsigned a = use_xmm(e, i->b, XSCRATCH), b = use_c(e, i, wide, XSCRATCH2), d = def_xmm(e, i->a, XSCRATCH);
    struct mem sign = xmm_lanes(e, wide ? 8 : 4, wide ? (u64)1 << 63 : (u32)1 << 31);
    struct mem rest = xmm_lanes(e, wide ? 8 : 4, wide ? (u64)INT64_MAX : (u32)INT32_MAX);
    v_rrm(e->c, V_andps, XSCRATCH2, b, sign);
    v_rrm(e->c, V_andps, XSCRATCH, a, rest);
    xmm_op(e, V_orps, d, XSCRATCH, XSCRATCH2);
    done_xmm(e, i->a, d, wide ? 'D' : 'F');
}

/* --- compares --- */

enum fcmp { FEQ, FNE, FLT, FLE };

/* The flags of a compare of which `above` (FLT) or `above or equal` (FLE) say that it holds, unordered counting as no.
 */
static void compare(struct emit *e, const struct insn *i, enum fcmp cmp, bool wide) {
    bool swap = cmp == FLT || cmp == FLE; /* x < y is y above x */
    unsigned a = swap ? use_c(e, i, wide, XSCRATCH) : use_xmm(e, i->b, XSCRATCH);
    struct xarg b = swap ? xmm_arg(e, i->b, wide ? 8 : 4, XSCRATCH2) : arg_c(e, i, wide, XSCRATCH2);
    if (b.in_mem)
        v_rm(e->c, wide ? V_ucomisd : V_ucomiss, a, b.m);
    else
        v_rr(e->c, wide ? V_ucomisd : V_ucomiss, a, b.r);
}

static void branch_fp(struct emit *e, const struct insn *j, enum fcmp cmp, bool when) {
    u32 no = enc_label(e->c);
    if (cmp == FLT || cmp == FLE) {
        enum cc cc = cmp == FLT ? CC_a : CC_ae;
        branch(e, j, when ? cc : cc_not(cc));
    } else if ((cmp == FEQ) == when) { /* equal and ordered */
        x_jcc(e->c, CC_p, no);
        branch(e, j, CC_e);
    } else {
        branch(e, j, CC_p);
        branch(e, j, CC_ne);
    }
    enc_bind(e->c, no);
}

static void fcompare(struct emit *e, const struct insn *i, enum fcmp cmp, bool wide) {
    bool when = false;
    const struct insn *j = branch_on(e, i, &when);
    enum gpr d;
    if (j) {
        compare(e, i, cmp, wide);
        branch_fp(e, j, cmp, when);
        e->next += (u32)isa_len(j);
        return;
    }
    if (cmp == FLT || cmp == FLE) {
        compare(e, i, cmp, wide);
        d = def_gpr(e, i->a, SCRATCH);
        x_setcc(e->c, cmp == FLT ? CC_a : CC_ae, d);
        x_zx(e->c, W8, d, d);
    } else { /* a mask: shorter than two conditions */
        unsigned a = use_xmm(e, i->b, XSCRATCH);
        struct xarg b = arg_c(e, i, wide, XSCRATCH2);
        enum vop op = wide ? V_cmpsd : V_cmpss;
        unsigned imm = cmp == FEQ ? 0 : 4;
        if (b.in_mem)
            v_rrmi(e->c, op, XSCRATCH, a, b.m, imm);
        else
            xmm_op_imm(e, op, XSCRATCH, a, b.r, imm);
        d = def_gpr(e, i->a, SCRATCH);
        v_rr(e->c, V_movd_gx, d, XSCRATCH);
        x_alu_ri(e->c, ALU_and, W32, d, 1);
    }
    done_gpr(e, i->a, d);
}

/* --- one operand --- */

/* The upper part of the result is the operand's own where it has a register: nothing else has to be waited for. */
static void unary(struct emit *e, const struct insn *i, enum vop op, unsigned from, char to) {
    struct xarg b = xmm_arg(e, i->b, from, XSCRATCH);
    unsigned d = def_xmm(e, i->a, XSCRATCH);
    if (b.in_mem) {
        v_rm(e->c, from == 8 ? V_movsd_ld : V_movss_ld, d, b.m);
        b.r = d;
    }
    v_rrr(e->c, op, d, b.r, b.r);
    done_xmm(e, i->a, d, to);
}

static void rounding(struct emit *e, const struct insn *i, unsigned imm, bool wide) {
    unsigned b = use_xmm(e, i->b, XSCRATCH), d = def_xmm(e, i->a, XSCRATCH);
    v_rrri(e->c, wide ? V_roundsd : V_roundss, d, b, b, imm);
    done_xmm(e, i->a, d, wide ? 'D' : 'F');
}

static void bitwise(struct emit *e, const struct insn *i, enum vop op, unsigned width, u64 mask) {
    unsigned b = use_xmm(e, i->b, XSCRATCH), d = def_xmm(e, i->a, XSCRATCH);
    v_rrm(e->c, op, d, b, xmm_lanes(e, width, mask));
    done_xmm(e, i->a, d, width == 8 ? 'D' : 'F');
}

static void copy(struct emit *e, const struct insn *i, char type) {
    done_xmm(e, i->a, use_xmm(e, i->b, XSCRATCH), type);
}

static void to_bits(struct emit *e, const struct insn *i, bool wide) {
    unsigned b;
    enum gpr d;
    if (in_mem(e, i->b)) {
        d = def_gpr(e, i->a, SCRATCH);
        x_load(e->c, wide ? W64 : W32, d, value_mem(e, i->b));
    } else {
        b = use_xmm(e, i->b, XSCRATCH);
        d = def_gpr(e, i->a, SCRATCH);
        v_rr(e->c, wide ? V_movq_gx : V_movd_gx, d, b);
    }
    done_gpr(e, i->a, d);
}

static void from_bits(struct emit *e, const struct insn *i, bool wide) {
    unsigned d;
    if (in_mem(e, i->b)) {
        d = def_xmm(e, i->a, XSCRATCH);
        v_rm(e->c, wide ? V_movsd_ld : V_movss_ld, d, value_mem(e, i->b));
    } else {
        enum gpr b = use_gpr(e, i->b, SCRATCH);
        d = def_xmm(e, i->a, XSCRATCH);
        v_rr(e->c, wide ? V_movq_xg : V_movd_xg, d, b);
    }
    done_xmm(e, i->a, d, wide ? 'D' : 'F');
}

/* --- from integers --- */

static enum vop cvt_from(bool wide, bool from64) {
    static const enum vop op[2][2] = {{V_cvtsi2ss32, V_cvtsi2ss64}, {V_cvtsi2sd32, V_cvtsi2sd64}};
    return op[wide][from64];
}

/* The instruction keeps the rest of its destination, and would wait for it. */
static void from_gpr(struct emit *e, unsigned d, enum vop op, enum gpr r) {
    v_rrr(e->c, V_xorps, d, d, d);
    v_rrr(e->c, op, d, d, r);
}

static void from_int(struct emit *e, const struct insn *i, bool wide, bool from64) {
    enum gpr b = use_gpr(e, i->b, SCRATCH);
    unsigned d = def_xmm(e, i->a, XSCRATCH);
    from_gpr(e, d, cvt_from(wide, from64), b);
    done_xmm(e, i->a, d, wide ? 'D' : 'F');
}

static void from_u32(struct emit *e, const struct insn *i, bool wide) {
    enum gpr b = use_gpr(e, i->b, SCRATCH);
    unsigned d = def_xmm(e, i->a, XSCRATCH);
    if (!is_zext(e, i->b)) {
        x_mov_rr(e->c, W32, SCRATCH, b);
        b = SCRATCH;
    }
    from_gpr(e, d, cvt_from(wide, true), b);
    done_xmm(e, i->a, d, wide ? 'D' : 'F');
}

/* 2^63 and more: half of it, whose lowest bit also stands for the one that is lost (so it rounds the same way), twice.
 */
static void from_u64_large(struct emit *e, const struct stub *s) {
    unsigned d = s->x & 15;
    enum gpr b = s->x >> 4 & 15;
    bool wide = s->y;
    if (b != SCRATCH)
        x_mov_rr(e->c, W64, SCRATCH, b);
    x_mov_rr(e->c, W32, SCRATCH2, SCRATCH);
    x_alu_ri(e->c, ALU_and, W32, SCRATCH2, 1);
    x_shift_ri(e->c, SH_shr, W64, SCRATCH, 1);
    x_alu_rr(e->c, ALU_or, W64, SCRATCH, SCRATCH2);
    from_gpr(e, d, cvt_from(wide, true), SCRATCH);
    v_rrr(e->c, wide ? V_addsd : V_addss, d, d, d);
    x_jmp(e->c, s->back);
}

static void from_u64(struct emit *e, const struct insn *i, bool wide) {
    enum gpr b = use_gpr(e, i->b, SCRATCH);
    unsigned d = def_xmm(e, i->a, XSCRATCH);
    struct stub s = {.fn = from_u64_large, .x = d | (u64)b << 4, .y = wide, .back = enc_label(e->c)};
    x_test_rr(e->c, W64, b, b);
    x_jcc(e->c, CC_s, stub_add(e, s));
    from_gpr(e, d, cvt_from(wide, true), b);
    enc_bind(e->c, s.back);
    done_xmm(e, i->a, d, wide ? 'D' : 'F');
}

/* --- to integers ---
 * cvtt* gives the most negative number for what does not fit, so that is what the main line looks for. */

enum { TO_S32, TO_U32, TO_S64, TO_U64 };

struct to_int { /* what a stub knows: packed into its x */
    unsigned x, to;
    enum gpr d;
    bool wide, sat;
};
static u64 pack(struct to_int t) {
    return t.x | t.to << 4 | (u32)t.d << 6 | (u32)t.wide << 10 | (u32)t.sat << 11;
}
static struct to_int unpack(u64 v) {
    return (struct to_int){v & 15, v >> 4 & 3, v >> 6 & 15, v >> 10 & 1, v >> 11 & 1};
}
static enum vop cvtt(bool wide, bool to64) {
    static const enum vop op[2][2] = {{V_cvttss2si32, V_cvttss2si64}, {V_cvttsd2si32, V_cvttsd2si64}};
    return op[wide][to64];
}

static void compare_with(struct emit *e, struct to_int t, f64 v) {
    f32 narrow = (f32)v;
    if (t.wide)
        v_rm(e->c, V_ucomisd, t.x, data_mem(e, &v, 8));
    else
        v_rm(e->c, V_ucomiss, t.x, data_mem(e, &narrow, 4));
}
static void compare_self(struct emit *e, struct to_int t) {
    v_rr(e->c, t.wide ? V_ucomisd : V_ucomiss, t.x, t.x);
}

/* A signed result is the most negative number. */
static void signed_rare(struct emit *e, const struct stub *s) {
    struct to_int t = unpack(s->x);
    bool to64 = t.to == TO_S64;
    u32 nan = enc_label(e->c);
    if (t.sat) {
        compare_with(e, t, 0);
        x_jcc(e->c, CC_p, nan);
        x_jcc(e->c, CC_b, s->back);
        x_mov_ri(e->c, t.d, to64 ? (u64)INT64_MAX : (u64)INT32_MAX);
        x_jmp(e->c, s->back);
        enc_bind(e->c, nan);
        x_mov_ri(e->c, t.d, 0);
        x_jmp(e->c, s->back);
        return;
    }
    compare_self(e, t);
    trap_if(e, CC_p, TRAP_BAD_CONVERSION);
    if (t.wide && !to64) { /* down to, and without, -2^31 - 1 it is right */
        compare_with(e, t, -2147483649.0);
        trap_if(e, CC_be, TRAP_INT_OVERFLOW);
        compare_with(e, t, 0);
        trap_if(e, CC_a, TRAP_INT_OVERFLOW);
    } else { /* there is no number between the limit and the next below */
        compare_with(e, t, to64 ? -0x1p63 : -0x1p31);
        trap_if(e, CC_ne, TRAP_INT_OVERFLOW);
    }
    x_jmp(e->c, s->back);
    enc_bind(e->c, nan);
}

/* A u32 that is not the low half of what a conversion to 64 bits gives. */
static void u32_rare(struct emit *e, const struct stub *s) {
    struct to_int t = unpack(s->x);
    if (t.sat) {
        x_mov_ri(e->c, t.d, 0);
        compare_with(e, t, 0);
        x_jcc(e->c, CC_be, s->back); /* NaNs are there as well */
        x_mov_ri(e->c, t.d, UINT32_MAX);
        x_jmp(e->c, s->back);
        return;
    }
    compare_self(e, t);
    trap_if(e, CC_p, TRAP_BAD_CONVERSION);
    trap_now(e, TRAP_INT_OVERFLOW);
}

/* A u64 that is negative as s64: too small, a NaN, or 2^63 and more, which is 2^63 less and then has its top bit set.
 */
static void u64_rare(struct emit *e, const struct stub *s) {
    struct to_int t = unpack(s->x);
    f64 top = 0x1p63;
    f32 narrow = 0x1p63f;
    u32 none = enc_label(e->c), most = enc_label(e->c);
    unsigned tmp = t.x == XSCRATCH ? XSCRATCH2 : XSCRATCH;
    if (t.sat) {
        compare_with(e, t, 0);
        x_jcc(e->c, CC_be, none);
    } else {
        compare_self(e, t);
        trap_if(e, CC_p, TRAP_BAD_CONVERSION);
        compare_with(e, t, 0);
        trap_if(e, CC_b, TRAP_INT_OVERFLOW);
    }
    if (t.wide)
        v_rrm(e->c, V_subsd, tmp, t.x, data_mem(e, &top, 8));
    else
        v_rrm(e->c, V_subss, tmp, t.x, data_mem(e, &narrow, 4));
    v_rr(e->c, cvtt(t.wide, true), t.d, tmp);
    x_test_rr(e->c, W64, t.d, t.d);
    if (t.sat)
        x_jcc(e->c, CC_s, most);
    else
        trap_if(e, CC_s, TRAP_INT_OVERFLOW);
    x_bit_ri(e->c, BIT_btc, W64, t.d, 63);
    x_jmp(e->c, s->back);
    enc_bind(e->c, none);
    if (t.sat) {
        x_mov_ri(e->c, t.d, 0);
        x_jmp(e->c, s->back);
    }
    enc_bind(e->c, most);
    if (t.sat) {
        x_mov_ri(e->c, t.d, UINT64_MAX);
        x_jmp(e->c, s->back);
    }
}

static void to_int(struct emit *e, const struct insn *i, unsigned to, bool wide, bool sat) {
    unsigned x = use_xmm(e, i->b, XSCRATCH);
    enum gpr d = def_gpr(e, i->a, SCRATCH);
    struct stub s = {.x = pack((struct to_int){x, to, d, wide, sat}), .back = enc_label(e->c)};
    v_rr(e->c, cvtt(wide, to != TO_S32), d, x);
    switch (to) {
    case TO_S32:
    case TO_S64:
        s.fn = signed_rare;
        x_alu_ri(e->c, ALU_cmp, to == TO_S32 ? W32 : W64, d, 1);
        x_jcc(e->c, CC_o, stub_add(e, s));
        break;
    case TO_U32:
        s.fn = u32_rare;
        x_mov_rr(e->c, W64, SCRATCH2, d);
        x_shift_ri(e->c, SH_shr, W64, SCRATCH2, 32);
        x_jcc(e->c, CC_ne, stub_add(e, s));
        break;
    case TO_U64:
        s.fn = u64_rare;
        x_test_rr(e->c, W64, d, d);
        x_jcc(e->c, CC_s, stub_add(e, s));
        break;
    }
    enc_bind(e->c, s.back);
    done_gpr(e, i->a, d);
}

#define TWO(name)                                                                                                      \
    case OP_##name:                                                                                                    \
    case OP_##name##i
bool emit_fp(struct emit *e, const struct insn *i) {
    switch (i->op) {
        TWO(fadd64) : arith(e, i, V_addsd, true);
        break;
        TWO(fsub64) : arith(e, i, V_subsd, true);
        break;
        TWO(fmul64) : arith(e, i, V_mulsd, true);
        break;
        TWO(fdiv64) : arith(e, i, V_divsd, true);
        break;
        TWO(fadd32) : arith(e, i, V_addss, false);
        break;
        TWO(fsub32) : arith(e, i, V_subss, false);
        break;
        TWO(fmul32) : arith(e, i, V_mulss, false);
        break;
        TWO(fdiv32) : arith(e, i, V_divss, false);
        break;
        TWO(fmin64) : min_max(e, i, false, true);
        break;
        TWO(fmax64) : min_max(e, i, true, true);
        break;
        TWO(fmin32) : min_max(e, i, false, false);
        break;
        TWO(fmax32) : min_max(e, i, true, false);
        break;
        TWO(fcopysign64) : copysign_(e, i, true);
        break;
        TWO(fcopysign32) : copysign_(e, i, false);
        break;
        TWO(feq64) : fcompare(e, i, FEQ, true);
        break;
        TWO(fne64) : fcompare(e, i, FNE, true);
        break;
        TWO(flt64) : fcompare(e, i, FLT, true);
        break;
        TWO(fle64) : fcompare(e, i, FLE, true);
        break;
        TWO(feq32) : fcompare(e, i, FEQ, false);
        break;
        TWO(fne32) : fcompare(e, i, FNE, false);
        break;
        TWO(flt32) : fcompare(e, i, FLT, false);
        break;
        TWO(fle32) : fcompare(e, i, FLE, false);
        break;
    case OP_fmov64: copy(e, i, 'D'); break;
    case OP_fmov32: copy(e, i, 'F'); break;
    case OP_fneg64: bitwise(e, i, V_xorps, 8, (u64)1 << 63); break;
    case OP_fneg32: bitwise(e, i, V_xorps, 4, (u32)1 << 31); break;
    case OP_fabs64: bitwise(e, i, V_andps, 8, INT64_MAX); break;
    case OP_fabs32: bitwise(e, i, V_andps, 4, INT32_MAX); break;
    case OP_fsqrt64: unary(e, i, V_sqrtsd, 8, 'D'); break;
    case OP_fsqrt32: unary(e, i, V_sqrtss, 4, 'F'); break;
    case OP_f64_f32: unary(e, i, V_cvtss2sd, 4, 'D'); break;
    case OP_f32_f64: unary(e, i, V_cvtsd2ss, 8, 'F'); break;
    case OP_fceil64: rounding(e, i, CEIL, true); break;
    case OP_ffloor64: rounding(e, i, FLOOR, true); break;
    case OP_ftrunc64: rounding(e, i, TRUNC, true); break;
    case OP_fnear64: rounding(e, i, NEAREST, true); break;
    case OP_fceil32: rounding(e, i, CEIL, false); break;
    case OP_ffloor32: rounding(e, i, FLOOR, false); break;
    case OP_ftrunc32: rounding(e, i, TRUNC, false); break;
    case OP_fnear32: rounding(e, i, NEAREST, false); break;
    case OP_f64_bits: from_bits(e, i, true); break;
    case OP_f32_bits: from_bits(e, i, false); break;
    case OP_bits_f64: to_bits(e, i, true); break;
    case OP_bits_f32: to_bits(e, i, false); break;
    case OP_f64_s64: from_int(e, i, true, true); break;
    case OP_f64_s32: from_int(e, i, true, false); break;
    case OP_f32_s64: from_int(e, i, false, true); break;
    case OP_f32_s32: from_int(e, i, false, false); break;
    case OP_f64_u32: from_u32(e, i, true); break;
    case OP_f32_u32: from_u32(e, i, false); break;
    case OP_f64_u64: from_u64(e, i, true); break;
    case OP_f32_u64: from_u64(e, i, false); break;
    case OP_trunc_s32_f64: to_int(e, i, TO_S32, true, false); break;
    case OP_trunc_u32_f64: to_int(e, i, TO_U32, true, false); break;
    case OP_trunc_s64_f64: to_int(e, i, TO_S64, true, false); break;
    case OP_trunc_u64_f64: to_int(e, i, TO_U64, true, false); break;
    case OP_trunc_s32_f32: to_int(e, i, TO_S32, false, false); break;
    case OP_trunc_u32_f32: to_int(e, i, TO_U32, false, false); break;
    case OP_trunc_s64_f32: to_int(e, i, TO_S64, false, false); break;
    case OP_trunc_u64_f32: to_int(e, i, TO_U64, false, false); break;
    case OP_sat_s32_f64: to_int(e, i, TO_S32, true, true); break;
    case OP_sat_u32_f64: to_int(e, i, TO_U32, true, true); break;
    case OP_sat_s64_f64: to_int(e, i, TO_S64, true, true); break;
    case OP_sat_u64_f64: to_int(e, i, TO_U64, true, true); break;
    case OP_sat_s32_f32: to_int(e, i, TO_S32, false, true); break;
    case OP_sat_u32_f32: to_int(e, i, TO_U32, false, true); break;
    case OP_sat_s64_f32: to_int(e, i, TO_S64, false, true); break;
    case OP_sat_u64_f32: to_int(e, i, TO_U64, false, true); break;
    default: return false;
    }
    return true;
}
