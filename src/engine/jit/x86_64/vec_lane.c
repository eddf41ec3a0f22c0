/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* vec_lane.c - rows that move lanes: constants, shuffles, splats, single lanes, tests, selects. */
#include "engine/jit/x86_64/vec.h"

static void constant(struct emit *e, const struct insn *i) {
    const u8 *bytes = e->u->f->pool[i->imm];
    static const u8 zero[16];
    u8 ones[16];
    unsigned d = def_xmm(e, i->a, XSCRATCH);
    memset(ones, 0xff, 16);
    if (!memcmp(bytes, zero, 16))
        v_rrr(e->c, V_pxor, d, d, d);
    else if (!memcmp(bytes, ones, 16))
        v_rrr(e->c, V_pcmpeqd, d, d, d);
    else
        guest_data(e, d, bytes, 16);
    done_xmm(e, i->a, d, 'V');
}

/* --- shuffles --- */

/* Lanes as groups of n bytes: group k of the result is which of the 32 / n groups; false: they are torn. */
static bool groups(const u8 *lane, unsigned n, u8 *group) {
    for (unsigned k = 0; k < 16; k++) {
        if (k % n ? lane[k] != lane[k - 1] + 1 : lane[k] % n)
            return false;
        if (k % n == 0)
            group[k / n] = lane[k] / (u8)n;
    }
    return true;
}

/* One instruction that interleaves x and y does it. */
static enum vop interleaves(const u8 *lane) {
    static const struct {
        u8 size;
        bool upper;
        u16 op;
    } row[] = {
        {1, false, V_punpcklbw}, {1, true, V_punpckhbw}, {2, false, V_punpcklwd},  {2, true, V_punpckhwd},
        {4, false, V_punpckldq}, {4, true, V_punpckhdq}, {8, false, V_punpcklqdq}, {8, true, V_punpckhqdq},
    };
    for (unsigned r = 0; r < COUNT(row); r++) {
        unsigned k, n = row[r].size;
        for (k = 0; k < 16; k++) {
            unsigned pair = k / (2 * n), from = (row[r].upper ? 8 : 0) + pair * n + k % n + (k / n & 1 ? 16 : 0);
            if (lane[k] != from)
                break;
        }
        if (k == 16)
            return row[r].op;
    }
    return V_COUNT;
}

/* Bytes at + k of x and y, one behind the other. */
static bool slides(const u8 *lane) {
    for (unsigned k = 1; k < 16; k++)
        if (lane[k] != lane[k - 1] + 1)
            return false;
    return true;
}

/* All bytes are of one operand: lane has been brought below 16. */
static void shuffle_one(struct vrow *v, unsigned x, const u8 *lane) {
    u8 g[16];
    if (groups(lane, 4, g))
        v_rri(v->c, V_pshufd, v->d, x, g[0] | g[1] << 2 | g[2] << 4 | (unsigned)g[3] << 6);
    else
        v_rrm(v->c, V_pshufb, v->d, x, data_mem(v->e, lane, 16));
}

static void shuffle(struct emit *e, const struct insn *i) {
    u8 lane[16], of_x[16], of_y[16], g[16];
    unsigned k, ones = 0, blend = 0, t;
    bool same = true;
    enum vop op;
    struct vrow v;
    memcpy(lane, e->u->f->pool[i->imm], 16);
    vec_begin2(&v, e, i);
    if (i->b == i->c)
        for (k = 0; k < 16; k++)
            lane[k] &= 15;
    for (k = 0; k < 16; k++) {
        ones += lane[k] >= 16;
        same &= (lane[k] & 15) == k; /* each byte stays in its place */
        of_x[k] = lane[k] < 16 ? lane[k] : 0x80;
        of_y[k] = lane[k] < 16 ? 0x80 : lane[k] - 16;
    }
    if (same && groups(lane, 2, g))
        for (k = 0; k < 8; k++)
            blend |= (g[k] >= 8u) << k;
    if (ones == 0) {
        shuffle_one(&v, v.x, lane);
    } else if (ones == 16) {
        shuffle_one(&v, v.y, of_y);
    } else if ((op = interleaves(lane)) != V_COUNT) {
        xmm_op(e, op, v.d, v.x, v.y);
    } else if (blend) {
        xmm_op_imm(e, V_pblendw, v.d, v.x, v.y, blend);
    } else if (slides(lane)) {
        t = vec_fresh(&v);
        v_rrri(v.c, V_palignr, t, v.y, v.x, lane[0]);
        v_mov(v.c, v.d, t);
    } else if (groups(lane, 4, g) && g[0] < 4 && g[1] < 4 && g[2] >= 4 && g[3] >= 4) {
        xmm_op_imm(e, V_shufps, v.d, v.x, v.y, g[0] | g[1] << 2 | (g[2] & 3) << 4 | (unsigned)(g[3] & 3) << 6);
    } else {
        t = vec_temp(&v);
        v_rrm(v.c, V_pshufb, t, v.x, data_mem(e, of_x, 16));
        v_rrm(v.c, V_pshufb, v.d, v.y, data_mem(e, of_y, 16));
        v_rrr(v.c, V_por, v.d, v.d, t);
    }
    vec_end(&v);
}

static void swizzle(struct emit *e, const struct insn *i) { /* 16 and above get the bit by which pshufb gives 0 */
    struct vrow v;
    unsigned t;
    vec_begin2(&v, e, i);
    t = vec_temp(&v);
    v_rrm(v.c, V_paddusb, t, v.y, xmm_lanes(e, 1, 0x70));
    v_rrr(v.c, V_pshufb, v.d, v.x, t);
    vec_end(&v);
}

/* --- one lane --- */

static void splat_int(struct emit *e, const struct insn *i, unsigned bytes) {
    static const enum vop broadcast[] = {0, V_pbroadcastb, V_pbroadcastw, 0, V_pbroadcastd, 0, 0, 0, V_pbroadcastq};
    enum gpr x = use_gpr(e, i->b, SCRATCH);
    unsigned d = def_xmm(e, i->a, XSCRATCH);
    v_rr(e->c, bytes == 8 ? V_movq_xg : V_movd_xg, d, x);
    if (has(e, CPU_AVX2)) {
        v_rr(e->c, broadcast[bytes], d, d);
    } else if (bytes == 8) {
        v_rrr(e->c, V_punpcklqdq, d, d, d);
    } else if (bytes == 4) {
        v_rri(e->c, V_pshufd, d, d, 0);
    } else if (bytes == 2) {
        v_rri(e->c, V_pshuflw, d, d, 0);
        v_rri(e->c, V_pshufd, d, d, 0);
    } else {
        v_rrm(e->c, V_pshufb, d, d, xmm_lanes(e, 8, 0));
    }
    done_xmm(e, i->a, d, 'V');
}

static void splat_float(struct emit *e, const struct insn *i, bool wide) {
    unsigned x = use_xmm(e, i->b, XSCRATCH), d = def_xmm(e, i->a, XSCRATCH);
    if (wide)
        v_rr(e->c, V_movddup, d, x);
    else
        v_rri(e->c, V_pshufd, d, x, 0);
    done_xmm(e, i->a, d, 'V');
}

static void extract_int(struct emit *e, const struct insn *i, unsigned bytes, bool sign) {
    unsigned x = use_xmm(e, i->b, XSCRATCH), lane = (u32)i->imm % (16 / bytes);
    enum gpr d = def_gpr(e, i->a, SCRATCH);
    if (bytes == 1)
        v_rri(e->c, V_pextrb, d, x, lane);
    else if (bytes == 2)
        v_rri(e->c, V_pextrw, d, x, lane);
    else if (lane == 0)
        v_rr(e->c, bytes == 8 ? V_movq_gx : V_movd_gx, d, x);
    else
        v_rri(e->c, bytes == 8 ? V_pextrq : V_pextrd, d, x, lane);
    if (sign)
        x_sx(e->c, bytes == 1 ? W8 : W16, W32, d, d);
    done_gpr(e, i->a, d);
}

static void extract_float(struct emit *e, const struct insn *i, bool wide) {
    unsigned x = use_xmm(e, i->b, XSCRATCH), d = def_xmm(e, i->a, XSCRATCH), lane = (u32)i->imm % (wide ? 2 : 4);
    if (lane == 0)
        v_mov(e->c, d, x);
    else
        v_rri(e->c, V_pshufd, d, x, wide ? 0xee : lane);
    done_xmm(e, i->a, d, wide ? 'D' : 'F');
}

static void replace_int(struct emit *e, const struct insn *i, enum vop op, unsigned bytes) {
    unsigned x = use_xmm(e, i->b, XSCRATCH), d, lane = (u32)i->off % (16 / bytes);
    enum gpr y = use_gpr(e, i->c, SCRATCH);
    d = def_xmm(e, i->a, XSCRATCH);
    v_rrri(e->c, op, d, x, y, lane);
    done_xmm(e, i->a, d, 'V');
}

static void replace_float(struct emit *e, const struct insn *i, bool wide) {
    struct vrow v;
    vec_begin2(&v, e, i);
    if (!wide)
        xmm_op_imm(e, V_insertps, v.d, v.x, v.y, ((u32)i->off & 3) << 4);
    else if ((i->off & 1) == 0)
        xmm_op(e, V_movsd, v.d, v.x, v.y);
    else
        xmm_op(e, V_punpcklqdq, v.d, v.x, v.y);
    vec_end(&v);
}

/* --- tests: an i32 --- */

/* The flags say it by cc: to a register, or to the branch behind. */
static void by_flags(struct emit *e, const struct insn *i, enum cc cc) {
    bool when = false;
    const struct insn *j = branch_on(e, i, &when);
    if (j) {
        branch(e, j, when ? cc : cc_not(cc));
        e->next += (u32)isa_len(j);
    } else {
        enum gpr d = def_gpr(e, i->a, SCRATCH);
        x_setcc(e->c, cc, d);
        x_zx(e->c, W8, d, d);
        done_gpr(e, i->a, d);
    }
}

static void any_true(struct emit *e, const struct insn *i) {
    unsigned x = use_xmm(e, i->b, XSCRATCH);
    v_rr(e->c, V_ptest, x, x);
    by_flags(e, i, CC_ne);
}

static void all_true(struct emit *e, const struct insn *i, enum vop equal) { /* no lane equals 0 */
    unsigned x = use_xmm(e, i->b, XSCRATCH2);
    v_rrr(e->c, V_pxor, XSCRATCH, XSCRATCH, XSCRATCH);
    v_rrr(e->c, equal, XSCRATCH, XSCRATCH, x);
    v_rr(e->c, V_ptest, XSCRATCH, XSCRATCH);
    by_flags(e, i, CC_e);
}

static void bitmask(struct emit *e, const struct insn *i, enum vop op) {
    unsigned x = use_xmm(e, i->b, XSCRATCH);
    enum gpr d = def_gpr(e, i->a, SCRATCH);
    v_rr(e->c, op, d, x);
    done_gpr(e, i->a, d);
}

static void bitmask16(struct emit *e, const struct insn *i) {
    unsigned x = use_xmm(e, i->b, XSCRATCH);
    enum gpr d = def_gpr(e, i->a, SCRATCH);
    v_rrr(e->c, V_packsswb, XSCRATCH, x, x);
    v_rr(e->c, V_pmovmskb, d, XSCRATCH);
    x_zx(e->c, W8, d, d);
    done_gpr(e, i->a, d);
}

/* --- selects --- */

static void bitselect(struct emit *e, const struct insn *i) { /* (x & z) | (y & ~z) is ((x ^ y) & z) ^ y */
    struct vrow v;
    unsigned t, z;
    z = vec_begin3(&v, e, i);
    t = vec_temp(&v);
    v_rrr(v.c, V_pxor, t, v.x, v.y);
    v_rrr(v.c, V_pand, t, t, z);
    xmm_op(e, V_pxor, v.d, t, v.y);
    vec_end(&v);
}

static void select_(struct emit *e, const struct insn *i) {
    struct vrow v;
    unsigned no, t;
    enum gpr cond;
    vec_begin2(&v, e, i);
    no = vec_temp(&v);
    cond = use_gpr(e, (u16)i->imm, SCRATCH);
    x_alu_ri(v.c, ALU_cmp, W32, cond, 1); /* carry: it is 0 */
    x_alu_rr(v.c, ALU_sbb, W32, SCRATCH, SCRATCH);
    v_rr(v.c, V_movd_xg, no, SCRATCH);
    v_rri(v.c, V_pshufd, no, no, 0);
    if (has(e, CPU_AVX)) {
        v_blendv(v.c, BLENDV_b, v.d, v.x, v.y, no);
    } else {
        t = vec_temp(&v);
        v_rrr(v.c, V_pand, t, v.y, no);
        v_rrr(v.c, V_pandn, no, no, v.x);
        xmm_op(e, V_por, v.d, t, no);
    }
    vec_end(&v);
}

bool vec_lanes(struct emit *e, const struct insn *i) {
    switch (i->op) {
    case OP_vconst: constant(e, i); break;
    case OP_shuffle: shuffle(e, i); break;
    case OP_vselect: select_(e, i); break;
    case OP_i8x16_swizzle:
    case OP_i8x16_relaxed_swizzle: swizzle(e, i); break;
    case OP_i8x16_splat: splat_int(e, i, 1); break;
    case OP_i16x8_splat: splat_int(e, i, 2); break;
    case OP_i32x4_splat: splat_int(e, i, 4); break;
    case OP_i64x2_splat: splat_int(e, i, 8); break;
    case OP_f32x4_splat: splat_float(e, i, false); break;
    case OP_f64x2_splat: splat_float(e, i, true); break;
    case OP_i8x16_extract_lane_s: extract_int(e, i, 1, true); break;
    case OP_i8x16_extract_lane_u: extract_int(e, i, 1, false); break;
    case OP_i16x8_extract_lane_s: extract_int(e, i, 2, true); break;
    case OP_i16x8_extract_lane_u: extract_int(e, i, 2, false); break;
    case OP_i32x4_extract_lane: extract_int(e, i, 4, false); break;
    case OP_i64x2_extract_lane: extract_int(e, i, 8, false); break;
    case OP_f32x4_extract_lane: extract_float(e, i, false); break;
    case OP_f64x2_extract_lane: extract_float(e, i, true); break;
    case OP_i8x16_replace_lane: replace_int(e, i, V_pinsrb, 1); break;
    case OP_i16x8_replace_lane: replace_int(e, i, V_pinsrw, 2); break;
    case OP_i32x4_replace_lane: replace_int(e, i, V_pinsrd, 4); break;
    case OP_i64x2_replace_lane: replace_int(e, i, V_pinsrq, 8); break;
    case OP_f32x4_replace_lane: replace_float(e, i, false); break;
    case OP_f64x2_replace_lane: replace_float(e, i, true); break;
    case OP_v128_any_true: any_true(e, i); break;
    case OP_i8x16_all_true: all_true(e, i, V_pcmpeqb); break;
    case OP_i16x8_all_true: all_true(e, i, V_pcmpeqw); break;
    case OP_i32x4_all_true: all_true(e, i, V_pcmpeqd); break;
    case OP_i64x2_all_true: all_true(e, i, V_pcmpeqq); break;
    case OP_i8x16_bitmask: bitmask(e, i, V_pmovmskb); break;
    case OP_i16x8_bitmask: bitmask16(e, i); break;
    case OP_i32x4_bitmask: bitmask(e, i, V_movmskps); break;
    case OP_i64x2_bitmask: bitmask(e, i, V_movmskpd); break;
    case OP_v128_bitselect:
    case OP_i8x16_relaxed_laneselect:
    case OP_i16x8_relaxed_laneselect:
    case OP_i32x4_relaxed_laneselect:
    case OP_i64x2_relaxed_laneselect: bitselect(e, i); break;
    default: return false;
    }
    return true;
}
