/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* vec_num.c - numeric rows of vectors for which x86-64 has no instruction of its own.
 *
 * Without AVX the destination of an instruction is its first source: sequences are such that where it is another
 * register, it is not the second one, or the two may change places. */
#include "engine/jit/x86_64/vec.h"

static struct mem f32s(struct emit *e, f32 f) {
    return xmm_data(e, &f, 4);
}
static struct mem f64s(struct emit *e, f64 f) {
    return xmm_data(e, &f, 8);
}
static struct mem zeroes(struct emit *e) {
    return xmm_lanes(e, 8, 0);
}

static void negate(struct emit *e, const struct insn *i, enum vop sub) {
    struct vrow v;
    unsigned t;
    vec_begin1(&v, e, i);
    t = vec_fresh(&v);
    v_rrr(v.c, V_pxor, t, t, t);
    v_rrr(v.c, sub, t, t, v.x);
    v_mov(v.c, v.d, t);
    vec_end(&v);
}

static void abs64(struct emit *e, const struct insn *i) {
    struct vrow v;
    unsigned t;
    vec_begin1(&v, e, i);
    t = vec_temp(&v);
    v_rri(v.c, V_pshufd, t, v.x, 0xf5); /* the upper halves twice */
    v_rri(v.c, V_psrad_i, t, t, 31);
    v_rrr(v.c, V_pxor, v.d, v.x, t);
    v_rrr(v.c, V_psubq, v.d, v.d, t);
    vec_end(&v);
}

static void popcnt(struct emit *e, const struct insn *i) {
    static const u8 ones[16] = {0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4};
    struct mem table = data_mem(e, ones, 16), nibble = xmm_lanes(e, 1, 0x0f);
    struct vrow v;
    unsigned lo, up;
    vec_begin1(&v, e, i);
    lo = vec_temp(&v), up = vec_temp(&v);
    v_rri(v.c, V_psrlw_i, up, v.x, 4);
    v_rrm(v.c, V_pand, up, up, nibble);
    v_rrm(v.c, V_pand, lo, v.x, nibble);
    v_rm(v.c, V_movaps, v.d, table);
    v_rrr(v.c, V_pshufb, v.d, v.d, lo);
    v_rm(v.c, V_movaps, lo, table);
    v_rrr(v.c, V_pshufb, lo, lo, up);
    v_rrr(v.c, V_paddb, v.d, v.d, lo);
    vec_end(&v);
}

static void pairwise_s8(struct emit *e, const struct insn *i) { /* the first operand is the unsigned one */
    struct vrow v;
    unsigned t;
    vec_begin1(&v, e, i);
    t = vec_fresh(&v);
    v_rm(v.c, V_movaps, t, xmm_lanes(e, 1, 1));
    v_rrr(v.c, V_pmaddubsw, t, t, v.x);
    v_mov(v.c, v.d, t);
    vec_end(&v);
}

static void pairwise_u16(struct emit *e, const struct insn *i) { /* as signed ones, 0x8000 too small each */
    struct vrow v;
    vec_begin1(&v, e, i);
    v_rrm(v.c, V_pxor, v.d, v.x, xmm_lanes(e, 2, 0x8000));
    v_rrm(v.c, V_pmaddwd, v.d, v.d, xmm_lanes(e, 2, 1));
    v_rrm(v.c, V_paddd, v.d, v.d, xmm_lanes(e, 4, 0x10000));
    vec_end(&v);
}

/* --- conversions --- */

static void trunc_f32_s(struct emit *e, const struct insn *i) {
    struct vrow v;
    unsigned t, big;
    vec_begin1(&v, e, i);
    t = vec_temp(&v), big = vec_temp(&v);
    v_rrri(v.c, V_cmpps, t, v.x, v.x, 0);
    v_rrr(v.c, V_andps, t, t, v.x);                    /* NaN: 0 */
    v_rrmi(v.c, V_cmpps, big, t, f32s(e, 0x1p31f), 5); /* not less: what comes out as 0x80000000 */
    v_rr(v.c, V_cvttps2dq, v.d, t);
    v_rrr(v.c, V_pxor, v.d, v.d, big);
    vec_end(&v);
}

/* What fits an s32, and what is above 2^31, each on its own. */
static void trunc_f32_u(struct emit *e, const struct insn *i) {
    struct vrow v;
    unsigned above, big;
    vec_begin1(&v, e, i);
    above = vec_temp(&v), big = vec_temp(&v);
    v_rrm(v.c, V_maxps, v.d, v.x, zeroes(e)); /* NaN: the second, 0 */
    v_rrm(v.c, V_subps, above, v.d, f32s(e, 0x1p31f));
    v_rrmi(v.c, V_cmpps, big, above, f32s(e, 0x1p31f), 5);
    v_rr(v.c, V_cvttps2dq, above, above);
    v_rrr(v.c, V_pxor, above, above, big);
    v_rrm(v.c, V_pmaxsd, above, above, zeroes(e));
    v_rr(v.c, V_cvttps2dq, v.d, v.d);
    v_rrr(v.c, V_paddd, v.d, v.d, above);
    vec_end(&v);
}

static void trunc_f64_s(struct emit *e, const struct insn *i) {
    struct vrow v;
    unsigned most;
    vec_begin1(&v, e, i);
    most = vec_temp(&v);
    v_rrri(v.c, V_cmppd, most, v.x, v.x, 0);
    v_rrm(v.c, V_andps, most, most, f64s(e, 2147483647.0)); /* NaN: 0, which is the smaller one by being second */
    v_rrr(v.c, V_minpd, v.d, v.x, most);
    v_rr(v.c, V_cvttpd2dq, v.d, v.d);
    vec_end(&v);
}

static void trunc_f64_u(struct emit *e, const struct insn *i) {
    struct vrow v;
    unsigned zero;
    vec_begin1(&v, e, i);
    zero = vec_temp(&v);
    v_rrm(v.c, V_maxpd, v.d, v.x, zeroes(e));
    v_rrm(v.c, V_minpd, v.d, v.d, f64s(e, 4294967295.0));
    v_rri(v.c, V_roundpd, v.d, v.d, 11);
    v_rrm(v.c, V_addpd, v.d, v.d, f64s(e, 0x1p52)); /* the integer is the low half of the fraction then */
    v_rrr(v.c, V_xorps, zero, zero, zero);
    v_rrri(v.c, V_shufps, v.d, v.d, zero, 0x88);
    vec_end(&v);
}

static void f32_from_u32(struct emit *e, const struct insn *i) { /* both halves are exact, so one addition rounds */
    struct vrow v;
    unsigned top;
    vec_begin1(&v, e, i);
    top = vec_temp(&v);
    v_rri(v.c, V_psrld_i, top, v.x, 16);
    v_rr(v.c, V_cvtdq2ps, top, top);
    v_rrm(v.c, V_mulps, top, top, f32s(e, 65536));
    v_rrm(v.c, V_pand, v.d, v.x, xmm_lanes(e, 4, 0xffff));
    v_rr(v.c, V_cvtdq2ps, v.d, v.d);
    v_rrr(v.c, V_addps, v.d, v.d, top);
    vec_end(&v);
}

static void f64_from_u32(struct emit *e, const struct insn *i) { /* 2^52 + x, less 2^52 */
    struct vrow v;
    vec_begin1(&v, e, i);
    v_rrm(v.c, V_unpcklps, v.d, v.x, xmm_lanes(e, 4, 0x43300000));
    v_rrm(v.c, V_subpd, v.d, v.d, f64s(e, 0x1p52));
    vec_end(&v);
}

/* --- two operands --- */

static void greater64(struct emit *e, const struct insn *i, bool swap, bool invert) {
    struct vrow v;
    unsigned x, y, t, same;
    vec_begin2(&v, e, i);
    x = swap ? v.y : v.x, y = swap ? v.x : v.y;
    if (has(e, CPU_SSE42)) {
        t = vec_fresh(&v);
        v_rrr(v.c, V_pcmpgtq, t, x, y);
        v_mov(v.c, v.d, t);
    } else { /* by the upper halves; where they are the same, by the borrow of the lower */
        t = vec_temp(&v), same = vec_temp(&v);
        v_rrr(v.c, V_psubq, t, y, x);
        v_rrr(v.c, V_pcmpeqd, same, x, y);
        v_rrr(v.c, V_pand, t, t, same);
        v_rrr(v.c, V_pcmpgtd, same, x, y);
        v_rrr(v.c, V_por, t, t, same);
        v_rri(v.c, V_pshufd, v.d, t, 0xf5);
    }
    if (invert)
        vec_not(&v, v.d);
    vec_end(&v);
}

static void q15(struct emit *e, const struct insn *i) { /* -1 times -1 is the only product that does not fit */
    struct vrow v;
    unsigned t, over;
    vec_begin2(&v, e, i);
    t = vec_fresh(&v), over = vec_temp(&v);
    v_rrr(v.c, V_pmulhrsw, t, v.x, v.y);
    v_rrm(v.c, V_pcmpeqw, over, t, xmm_lanes(e, 2, 0x8000));
    xmm_op(e, V_pxor, v.d, t, over);
    vec_end(&v);
}

static void extmul8(struct emit *e, const struct insn *i, enum vop extend, bool high) {
    struct vrow v;
    unsigned t;
    vec_begin2(&v, e, i);
    t = vec_temp(&v);
    if (high) {
        v_rri(v.c, V_pshufd, t, v.x, 0xee);
        v_rr(v.c, extend, t, t);
        v_rri(v.c, V_pshufd, v.d, v.y, 0xee);
        v_rr(v.c, extend, v.d, v.d);
    } else {
        v_rr(v.c, extend, t, v.x);
        v_rr(v.c, extend, v.d, v.y);
    }
    v_rrr(v.c, V_pmullw, v.d, v.d, t);
    vec_end(&v);
}

static void extmul16(struct emit *e, const struct insn *i, enum vop upper, enum vop interleave) {
    struct vrow v;
    unsigned t;
    vec_begin2(&v, e, i);
    t = vec_temp(&v);
    v_rrr(v.c, upper, t, v.x, v.y);
    xmm_op(e, V_pmullw, v.d, v.x, v.y);
    v_rrr(v.c, interleave, v.d, v.d, t);
    vec_end(&v);
}

static void extmul32(struct emit *e, const struct insn *i, enum vop mul, bool high) {
    unsigned lanes = high ? 0x32 : 0x10; /* to the even places */
    struct vrow v;
    unsigned t;
    vec_begin2(&v, e, i);
    t = vec_temp(&v);
    v_rri(v.c, V_pshufd, t, v.x, lanes);
    v_rri(v.c, V_pshufd, v.d, v.y, lanes);
    v_rrr(v.c, mul, v.d, v.d, t);
    vec_end(&v);
}

static void mul64(struct emit *e, const struct insn *i) {
    struct vrow v;
    unsigned t, u;
    vec_begin2(&v, e, i);
    t = vec_temp(&v), u = vec_temp(&v);
    v_rri(v.c, V_psrlq_i, t, v.x, 32);
    v_rrr(v.c, V_pmuludq, t, t, v.y);
    v_rri(v.c, V_psrlq_i, u, v.y, 32);
    v_rrr(v.c, V_pmuludq, u, u, v.x);
    v_rrr(v.c, V_paddq, t, t, u);
    v_rri(v.c, V_psllq_i, t, t, 32);
    xmm_op(e, V_pmuludq, v.d, v.x, v.y);
    v_rrr(v.c, V_paddq, v.d, v.d, t);
    vec_end(&v);
}

/* Either order of operands, joined: so -0 is below +0. Where one is a NaN, their sum. */
static void min_max(struct emit *e, const struct insn *i, enum vop pick, enum vop join, enum vop add, enum vop cmp) {
    struct vrow v;
    unsigned t, u, nan;
    vec_begin2(&v, e, i);
    t = vec_temp(&v), u = vec_temp(&v), nan = vec_temp(&v);
    v_rrr(v.c, pick, t, v.x, v.y);
    v_rrr(v.c, pick, u, v.y, v.x);
    v_rrr(v.c, join, t, t, u);
    v_rrri(v.c, cmp, nan, v.x, v.y, 3);
    v_rrr(v.c, add, u, v.x, v.y);
    if (has(e, CPU_AVX)) {
        v_blendv(v.c, BLENDV_b, v.d, t, u, nan);
    } else {
        v_rrr(v.c, V_andps, u, u, nan);
        v_rrr(v.c, V_andnps, nan, nan, t);
        v_rrr(v.c, V_orps, v.d, u, nan);
    }
    vec_end(&v);
}

/* Signed bytes by signed bytes, summed in pairs to 16 bits, which wrap: in 32 bits first. Leaves it in *r, a temporary.
 */
static void dot8(struct vrow *v, unsigned *r) {
    unsigned t = vec_temp(v), u = vec_temp(v), s = vec_temp(v);
    v_rr(v->c, V_pmovsxbw, t, v->x);
    v_rr(v->c, V_pmovsxbw, u, v->y);
    v_rrr(v->c, V_pmaddwd, t, t, u);
    v_rri(v->c, V_pshufd, u, v->x, 0xee);
    v_rr(v->c, V_pmovsxbw, u, u);
    v_rri(v->c, V_pshufd, s, v->y, 0xee);
    v_rr(v->c, V_pmovsxbw, s, s);
    v_rrr(v->c, V_pmaddwd, u, u, s);
    v_rri(v->c, V_pslld_i, t, t, 16);
    v_rri(v->c, V_psrad_i, t, t, 16);
    v_rri(v->c, V_pslld_i, u, u, 16);
    v_rri(v->c, V_psrad_i, u, u, 16);
    v_rrr(v->c, V_packssdw, t, t, u);
    *r = t;
}

static void dot(struct emit *e, const struct insn *i) {
    struct vrow v;
    unsigned r;
    vec_begin2(&v, e, i);
    dot8(&v, &r);
    v_mov(v.c, v.d, r);
    vec_end(&v);
}

/* --- three operands --- */

static void dot_add(struct emit *e, const struct insn *i) {
    struct vrow v;
    unsigned r, z;
    z = vec_begin3(&v, e, i);
    dot8(&v, &r);
    v_rrm(v.c, V_pmaddwd, r, r, xmm_lanes(e, 2, 1));
    xmm_op(e, V_paddd, v.d, r, z);
    vec_end(&v);
}

static void madd(struct emit *e, const struct insn *i, enum vop mul, enum vop add) { /* rounds twice */
    struct vrow v;
    unsigned t, z;
    z = vec_begin3(&v, e, i);
    t = vec_temp(&v);
    v_rrr(v.c, mul, t, v.x, v.y);
    v_rrr(v.c, add, t, t, z);
    v_mov(v.c, v.d, t);
    vec_end(&v);
}

static void nmadd(struct emit *e, const struct insn *i, enum vop mul, enum vop sub) {
    struct vrow v;
    unsigned t, z;
    z = vec_begin3(&v, e, i);
    t = vec_temp(&v);
    v_rrr(v.c, mul, t, v.x, v.y);
    v_rrr(v.c, sub, v.d, z, t);
    vec_end(&v);
}

/* --- shifts --- */

/* Count y modulo width, and `more`, as a vector. */
static unsigned count(struct vrow *v, unsigned width, unsigned more) {
    enum gpr y = use_gpr(v->e, v->i->c, SCRATCH);
    unsigned t = vec_temp(v);
    if (y != SCRATCH)
        x_mov_rr(v->c, W32, SCRATCH, y);
    x_alu_ri(v->c, ALU_and, W32, SCRATCH, (s32)width - 1);
    if (more)
        x_alu_ri(v->c, ALU_add, W32, SCRATCH, (s32)more);
    v_rr(v->c, V_movd_xg, t, SCRATCH);
    return t;
}

enum { SHL, SHR_S, SHR_U };

/* As 16 bits, each byte twice in it: to the left the lower one is right, to the right the upper. */
static void shift8(struct emit *e, const struct insn *i, unsigned kind) {
    static const enum vop op[] = {V_psllw, V_psraw, V_psrlw}, op_i[] = {V_psllw_i, V_psraw_i, V_psrlw_i};
    struct vrow v;
    unsigned t, n_reg = 0;
    u64 n;
    bool known = const_of(e, i->c, &n);
    vec_begin1(&v, e, i);
    n &= 7;
    if (known && kind != SHR_S) { /* no byte is spoiled that is not masked */
        v_rri(v.c, op_i[kind], v.d, v.x, (unsigned)n);
        v_rrm(v.c, V_pand, v.d, v.d, xmm_lanes(e, 1, (u8)(kind == SHL ? 0xff << n : 0xff >> n)));
        vec_end(&v);
        return;
    }
    if (!known)
        n_reg = count(&v, 8, kind == SHL ? 0 : 8);
    t = vec_temp(&v);
    v_rrr(v.c, V_punpckhbw, t, v.x, v.x);
    xmm_op(e, V_punpcklbw, v.d, v.x, v.x);
    if (known) {
        v_rri(v.c, op_i[kind], t, t, (unsigned)n + 8);
        v_rri(v.c, op_i[kind], v.d, v.d, (unsigned)n + 8);
    } else {
        v_rrr(v.c, op[kind], t, t, n_reg);
        v_rrr(v.c, op[kind], v.d, v.d, n_reg);
    }
    if (kind == SHL) {
        v_rrm(v.c, V_pand, t, t, xmm_lanes(e, 2, 0xff));
        v_rrm(v.c, V_pand, v.d, v.d, xmm_lanes(e, 2, 0xff));
    }
    v_rrr(v.c, kind == SHR_S ? V_packsswb : V_packuswb, v.d, v.d, t);
    vec_end(&v);
}

static void shift64_s(struct emit *e, const struct insn *i) { /* the sign's bit, shifted as well, extends the result */
    struct vrow v;
    u64 n;
    vec_begin1(&v, e, i);
    if (const_of(e, i->c, &n)) {
        struct mem sign = xmm_lanes(e, 8, (u64)1 << 63 >> (n & 63));
        v_rri(v.c, V_psrlq_i, v.d, v.x, (unsigned)n & 63);
        v_rrm(v.c, V_pxor, v.d, v.d, sign);
        v_rrm(v.c, V_psubq, v.d, v.d, sign);
    } else {
        unsigned by = count(&v, 64, 0), sign = vec_temp(&v);
        v_rm(v.c, V_movaps, sign, xmm_lanes(e, 8, (u64)1 << 63));
        v_rrr(v.c, V_psrlq, sign, sign, by);
        v_rrr(v.c, V_psrlq, v.d, v.x, by);
        v_rrr(v.c, V_pxor, v.d, v.d, sign);
        v_rrr(v.c, V_psubq, v.d, v.d, sign);
    }
    vec_end(&v);
}

bool vec_numeric(struct emit *e, const struct insn *i) {
    switch (i->op) {
    case OP_i8x16_neg: negate(e, i, V_psubb); break;
    case OP_i16x8_neg: negate(e, i, V_psubw); break;
    case OP_i32x4_neg: negate(e, i, V_psubd); break;
    case OP_i64x2_neg: negate(e, i, V_psubq); break;
    case OP_i64x2_abs: abs64(e, i); break;
    case OP_i8x16_popcnt: popcnt(e, i); break;
    case OP_i16x8_extadd_pairwise_i8x16_s: pairwise_s8(e, i); break;
    case OP_i32x4_extadd_pairwise_i16x8_u: pairwise_u16(e, i); break;
    case OP_i32x4_trunc_sat_f32x4_s:
    case OP_i32x4_relaxed_trunc_f32x4_s: trunc_f32_s(e, i); break;
    case OP_i32x4_trunc_sat_f32x4_u:
    case OP_i32x4_relaxed_trunc_f32x4_u: trunc_f32_u(e, i); break;
    case OP_i32x4_trunc_sat_f64x2_s_zero:
    case OP_i32x4_relaxed_trunc_f64x2_s_zero: trunc_f64_s(e, i); break;
    case OP_i32x4_trunc_sat_f64x2_u_zero:
    case OP_i32x4_relaxed_trunc_f64x2_u_zero: trunc_f64_u(e, i); break;
    case OP_f32x4_convert_i32x4_u: f32_from_u32(e, i); break;
    case OP_f64x2_convert_low_i32x4_u: f64_from_u32(e, i); break;
    case OP_i64x2_gt_s: greater64(e, i, false, false); break;
    case OP_i64x2_lt_s: greater64(e, i, true, false); break;
    case OP_i64x2_le_s: greater64(e, i, false, true); break;
    case OP_i64x2_ge_s: greater64(e, i, true, true); break;
    case OP_i16x8_q15mulr_sat_s:
    case OP_i16x8_relaxed_q15mulr_s: q15(e, i); break;
    case OP_i16x8_extmul_low_i8x16_s: extmul8(e, i, V_pmovsxbw, false); break;
    case OP_i16x8_extmul_high_i8x16_s: extmul8(e, i, V_pmovsxbw, true); break;
    case OP_i16x8_extmul_low_i8x16_u: extmul8(e, i, V_pmovzxbw, false); break;
    case OP_i16x8_extmul_high_i8x16_u: extmul8(e, i, V_pmovzxbw, true); break;
    case OP_i32x4_extmul_low_i16x8_s: extmul16(e, i, V_pmulhw, V_punpcklwd); break;
    case OP_i32x4_extmul_high_i16x8_s: extmul16(e, i, V_pmulhw, V_punpckhwd); break;
    case OP_i32x4_extmul_low_i16x8_u: extmul16(e, i, V_pmulhuw, V_punpcklwd); break;
    case OP_i32x4_extmul_high_i16x8_u: extmul16(e, i, V_pmulhuw, V_punpckhwd); break;
    case OP_i64x2_extmul_low_i32x4_s: extmul32(e, i, V_pmuldq, false); break;
    case OP_i64x2_extmul_high_i32x4_s: extmul32(e, i, V_pmuldq, true); break;
    case OP_i64x2_extmul_low_i32x4_u: extmul32(e, i, V_pmuludq, false); break;
    case OP_i64x2_extmul_high_i32x4_u: extmul32(e, i, V_pmuludq, true); break;
    case OP_i64x2_mul: mul64(e, i); break;
    case OP_f32x4_min:
    case OP_f32x4_relaxed_min: min_max(e, i, V_minps, V_orps, V_addps, V_cmpps); break;
    case OP_f32x4_max:
    case OP_f32x4_relaxed_max: min_max(e, i, V_maxps, V_andps, V_addps, V_cmpps); break;
    case OP_f64x2_min:
    case OP_f64x2_relaxed_min: min_max(e, i, V_minpd, V_orps, V_addpd, V_cmppd); break;
    case OP_f64x2_max:
    case OP_f64x2_relaxed_max: min_max(e, i, V_maxpd, V_andps, V_addpd, V_cmppd); break;
    case OP_i16x8_relaxed_dot_i8x16_i7x16_s: dot(e, i); break;
    case OP_i32x4_relaxed_dot_i8x16_i7x16_add_s: dot_add(e, i); break;
    case OP_f32x4_relaxed_madd: madd(e, i, V_mulps, V_addps); break;
    case OP_f32x4_relaxed_nmadd: nmadd(e, i, V_mulps, V_subps); break;
    case OP_f64x2_relaxed_madd: madd(e, i, V_mulpd, V_addpd); break;
    case OP_f64x2_relaxed_nmadd: nmadd(e, i, V_mulpd, V_subpd); break;
    case OP_i8x16_shl: shift8(e, i, SHL); break;
    case OP_i8x16_shr_s: shift8(e, i, SHR_S); break;
    case OP_i8x16_shr_u: shift8(e, i, SHR_U); break;
    case OP_i64x2_shr_s: shift64_s(e, i); break;
    default: return false;
    }
    return true;
}
