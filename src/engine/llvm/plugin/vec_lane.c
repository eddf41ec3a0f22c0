/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* vec_lane.c - vectors: what moves lanes, gives them another width, or takes one from or to a scalar. */
#include "engine/llvm/plugin/vec.h"
#include <string.h>

/* --- lanes become wider or narrower --- */

/* n lanes of x from `first` on, every step-th, twice as wide. */
static LLVMValueRef widen(struct lfunc *f, LLVMValueRef x, u32 first, u32 step, enum lanes to, bool is_signed) {
    LLVMValueRef part = pick_lanes(f, x, first, step, lane_count(to));
    return (is_signed ? LLVMBuildSExt : LLVMBuildZExt)(f->b, part, lanes_type(f->lm, to, lane_count(to)), "");
}

static LLVMValueRef both(struct lfunc *f, LLVMValueRef x, LLVMValueRef y) { /* lanes of x, then those of y */
    u32 n = LLVMGetVectorSize(LLVMTypeOf(x));
    LLVMValueRef at[16];
    for (u32 k = 0; k < 2 * n; k++)
        at[k] = k32(f->lm, k);
    return LLVMBuildShuffleVector(f->b, x, y, LLVMConstVector(at, 2 * n), "");
}

/* Signed lanes of x and y, brought into lo .. hi, as lanes of half the width. */
static LLVMValueRef narrow(struct lfunc *f, const struct insn *i, enum lanes from, enum lanes to, s64 lo, s64 hi) {
    LLVMValueRef x = both(f, vec_get(f, i->b, from), vec_get(f, i->c, from));
    u32 n = lane_count(to);
    LLVMTypeRef wide = LLVMGetElementType(LLVMTypeOf(x));
    x = over(f, "llvm.smax", x, splat(f, LLVMConstInt(wide, (u64)lo, true), n));
    x = over(f, "llvm.smin", x, splat(f, LLVMConstInt(wide, (u64)hi, true), n));
    return LLVMBuildTrunc(f->b, x, lanes_type(f->lm, to, n), "");
}

/* One half of the lanes of b and c, multiplied in twice the width. */
static LLVMValueRef product(struct lfunc *f, const struct insn *i, enum lanes from, enum lanes to, bool high, bool s) {
    u32 first = high ? lane_count(to) : 0;
    LLVMValueRef x = widen(f, vec_get(f, i->b, from), first, 1, to, s);
    return LLVMBuildMul(f->b, x, widen(f, vec_get(f, i->c, from), first, 1, to, s), "");
}

static LLVMValueRef half(struct lfunc *f, const struct insn *i, enum lanes from, enum lanes to, bool high, bool s) {
    return widen(f, vec_get(f, i->b, from), high ? lane_count(to) : 0, 1, to, s);
}

static LLVMValueRef pair_sums(struct lfunc *f, LLVMValueRef x, enum lanes to, bool s) {
    return LLVMBuildAdd(f->b, widen(f, x, 0, 2, to, s), widen(f, x, 1, 2, to, s), "");
}

/* Signed products in lanes of twice the width, summed in pairs. */
static LLVMValueRef dot(struct lfunc *f, const struct insn *i, enum lanes from, enum lanes to) {
    LLVMValueRef x = vec_get(f, i->b, from), y = vec_get(f, i->c, from), even, odd;
    even = LLVMBuildMul(f->b, widen(f, x, 0, 2, to, true), widen(f, y, 0, 2, to, true), "");
    odd = LLVMBuildMul(f->b, widen(f, x, 1, 2, to, true), widen(f, y, 1, 2, to, true), "");
    return LLVMBuildAdd(f->b, even, odd, "");
}

/* (x * y + 0x4000) >> 15, of which 0x8000 alone does not fit */
static LLVMValueRef q15_product(struct lfunc *f, const struct insn *i) {
    LLVMTypeRef wide = LLVMVectorType(f->lm->i32, 8);
    LLVMValueRef x = LLVMBuildSExt(f->b, vec_get(f, i->b, L16), wide, "");
    LLVMValueRef y = LLVMBuildSExt(f->b, vec_get(f, i->c, L16), wide, "");
    LLVMValueRef v = LLVMBuildAdd(f->b, LLVMBuildMul(f->b, x, y, ""), splat(f, k32(f->lm, 0x4000), 8), "");
    v = LLVMBuildAShr(f->b, v, splat(f, k32(f->lm, 15), 8), "");
    v = over(f, "llvm.smin", v, splat(f, k32(f->lm, INT16_MAX), 8));
    return LLVMBuildTrunc(f->b, v, lanes_type(f->lm, L16, 8), "");
}

/* --- floats --- */

static LLVMValueRef with_zeros(struct lfunc *f, LLVMValueRef x) { /* two lanes, then two that are 0 */
    return both(f, x, LLVMConstNull(LLVMTypeOf(x)));
}

static LLVMValueRef to_ints(struct lfunc *f, LLVMValueRef x, u32 n, bool s) {
    LLVMTypeRef t[] = {lanes_type(f->lm, L32, n), LLVMTypeOf(x)};
    return intrinsic(f, s ? "llvm.fptosi.sat" : "llvm.fptoui.sat", t, 2, &x, 1);
}

static LLVMValueRef low_to_doubles(struct lfunc *f, const struct insn *i, bool s) {
    LLVMValueRef x = pick_lanes(f, vec_get(f, i->b, L32), 0, 1, 2);
    return (s ? LLVMBuildSIToFP : LLVMBuildUIToFP)(f->b, x, lanes_type(f->lm, LD, 2), "");
}

/* --- lanes by lists --- */

static bool has_feature(const struct lfunc *f, const char *machine, const char *feature) {
    char *triple = LLVMGetTargetMachineTriple(f->lm->tm), *all = LLVMGetTargetMachineFeatureString(f->lm->tm);
    bool yes = !strncmp(triple, machine, strlen(machine)) && (!feature || strstr(all, feature));
    LLVMDisposeMessage(triple);
    LLVMDisposeMessage(all);
    return yes;
}

static LLVMValueRef call_of_machine(struct lfunc *f, const char *name, LLVMTypeRef *over_, u32 n, LLVMValueRef x,
                                    LLVMValueRef y) {
    LLVMValueRef arg[] = {x, y};
    return intrinsic(f, name, over_, n, arg, 2);
}

/* Lane k is byte y[k] of x; 0 where there is none. */
static LLVMValueRef swizzle(struct lfunc *f, const struct insn *i) {
    LLVMValueRef x = vec_get(f, i->b, L8), y = vec_get(f, i->c, L8), v = LLVMGetPoison(f->lm->v128), at, inside;
    if (has_feature(f, "x86_64", "+ssse3")) /* looks at four bits where the highest is not set */
        return call_of_machine(f, "llvm.x86.ssse3.pshuf.b.128", NULL, 0, x,
                               over(f, "llvm.uadd.sat", y, splat_int(f, L8, 0x70)));
    if (has_feature(f, "aarch64", NULL))
        return call_of_machine(f, "llvm.aarch64.neon.tbl1", &f->lm->v128, 1, x, y);
    at = LLVMBuildAnd(f->b, y, splat_int(f, L8, 15), "");
    inside = LLVMBuildICmp(f->b, LLVMIntULT, y, splat_int(f, L8, 16), "");
    for (u32 k = 0; k < 16; k++) {
        LLVMValueRef from = LLVMBuildExtractElement(f->b, at, k32(f->lm, k), "");
        v = LLVMBuildInsertElement(f->b, v, LLVMBuildExtractElement(f->b, x, from, ""), k32(f->lm, k), "");
    }
    return LLVMBuildSelect(f->b, inside, v, LLVMConstNull(f->lm->v128), "");
}

static LLVMValueRef shuffle(struct lfunc *f, const struct insn *i) {
    LLVMValueRef at[16];
    for (u32 k = 0; k < 16; k++)
        at[k] = k32(f->lm, f->f->pool[i->imm][k]);
    return LLVMBuildShuffleVector(f->b, vec_get(f, i->b, L8), vec_get(f, i->c, L8), LLVMConstVector(at, 16), "");
}

static LLVMValueRef constant(struct lfunc *f, const struct insn *i) {
    LLVMValueRef b[16];
    for (u32 k = 0; k < 16; k++)
        b[k] = LLVMConstInt(f->lm->i8, f->f->pool[i->imm][k], false);
    return LLVMConstVector(b, 16);
}

static LLVMValueRef select_whole(struct lfunc *f, const struct insn *i) {
    LLVMValueRef c = LLVMBuildICmp(f->b, LLVMIntNE, reg_get(f, (u32)i->imm, 'I'), k32(f->lm, 0), "");
    return LLVMBuildSelect(f->b, c, vec_get(f, i->b, L8), vec_get(f, i->c, L8), "");
}

/* --- one lane --- */

static enum lanes lanes_of_size(u32 size, char letter) {
    if (letter == 'F' || letter == 'D')
        return letter == 'F' ? LF : LD;
    return size == 1 ? L8 : size == 2 ? L16 : size == 4 ? L32 : L64;
}

static LLVMValueRef as_lane(struct lfunc *f, LLVMValueRef x, char letter, u32 size) {
    return letter == 'I' && size < 4 ? LLVMBuildTrunc(f->b, x, size == 1 ? f->lm->i8 : f->lm->i16, "") : x;
}

static void extract(struct lfunc *f, const struct insn *i, bool s) {
    const struct isa_row *r = &isa_info[i->op];
    enum lanes l = lanes_of_size(r->size, r->type[0]);
    LLVMValueRef v = LLVMBuildExtractElement(f->b, vec_get(f, i->b, l), k32(f->lm, (u32)i->imm), "");
    if (r->size < 4)
        v = (s ? LLVMBuildSExt : LLVMBuildZExt)(f->b, v, f->lm->i32, "");
    reg_set(f, i->a, r->type[0], v);
}

static LLVMValueRef replace(struct lfunc *f, const struct insn *i) {
    const struct isa_row *r = &isa_info[i->op];
    enum lanes l = lanes_of_size(r->size, r->type[2]);
    LLVMValueRef x = as_lane(f, reg_get(f, i->c, r->type[2]), r->type[2], r->size);
    return LLVMBuildInsertElement(f->b, vec_get(f, i->b, l), x, k32(f->lm, (u32)i->off), "");
}

static LLVMValueRef splat_of(struct lfunc *f, const struct insn *i, u32 size) {
    char letter = isa_info[i->op].type[1];
    return splat(f, as_lane(f, reg_get(f, i->b, letter), letter, size), 16 / size);
}

/* clang-format off */
static LLVMValueRef value(struct lfunc *f, const struct insn *i) {
    switch (i->op) {
    case OP_i16x8_extend_low_i8x16_s: return half(f, i, L8, L16, false, true);
    case OP_i16x8_extend_high_i8x16_s: return half(f, i, L8, L16, true, true);
    case OP_i16x8_extend_low_i8x16_u: return half(f, i, L8, L16, false, false);
    case OP_i16x8_extend_high_i8x16_u: return half(f, i, L8, L16, true, false);
    case OP_i32x4_extend_low_i16x8_s: return half(f, i, L16, L32, false, true);
    case OP_i32x4_extend_high_i16x8_s: return half(f, i, L16, L32, true, true);
    case OP_i32x4_extend_low_i16x8_u: return half(f, i, L16, L32, false, false);
    case OP_i32x4_extend_high_i16x8_u: return half(f, i, L16, L32, true, false);
    case OP_i64x2_extend_low_i32x4_s: return half(f, i, L32, L64, false, true);
    case OP_i64x2_extend_high_i32x4_s: return half(f, i, L32, L64, true, true);
    case OP_i64x2_extend_low_i32x4_u: return half(f, i, L32, L64, false, false);
    case OP_i64x2_extend_high_i32x4_u: return half(f, i, L32, L64, true, false);
    case OP_i16x8_extmul_low_i8x16_s: return product(f, i, L8, L16, false, true);
    case OP_i16x8_extmul_high_i8x16_s: return product(f, i, L8, L16, true, true);
    case OP_i16x8_extmul_low_i8x16_u: return product(f, i, L8, L16, false, false);
    case OP_i16x8_extmul_high_i8x16_u: return product(f, i, L8, L16, true, false);
    case OP_i32x4_extmul_low_i16x8_s: return product(f, i, L16, L32, false, true);
    case OP_i32x4_extmul_high_i16x8_s: return product(f, i, L16, L32, true, true);
    case OP_i32x4_extmul_low_i16x8_u: return product(f, i, L16, L32, false, false);
    case OP_i32x4_extmul_high_i16x8_u: return product(f, i, L16, L32, true, false);
    case OP_i64x2_extmul_low_i32x4_s: return product(f, i, L32, L64, false, true);
    case OP_i64x2_extmul_high_i32x4_s: return product(f, i, L32, L64, true, true);
    case OP_i64x2_extmul_low_i32x4_u: return product(f, i, L32, L64, false, false);
    case OP_i64x2_extmul_high_i32x4_u: return product(f, i, L32, L64, true, false);
    case OP_i16x8_extadd_pairwise_i8x16_s: return pair_sums(f, vec_get(f, i->b, L8), L16, true);
    case OP_i16x8_extadd_pairwise_i8x16_u: return pair_sums(f, vec_get(f, i->b, L8), L16, false);
    case OP_i32x4_extadd_pairwise_i16x8_s: return pair_sums(f, vec_get(f, i->b, L16), L32, true);
    case OP_i32x4_extadd_pairwise_i16x8_u: return pair_sums(f, vec_get(f, i->b, L16), L32, false);
    case OP_i8x16_narrow_i16x8_s: return narrow(f, i, L16, L8, INT8_MIN, INT8_MAX);
    case OP_i8x16_narrow_i16x8_u: return narrow(f, i, L16, L8, 0, UINT8_MAX);
    case OP_i16x8_narrow_i32x4_s: return narrow(f, i, L32, L16, INT16_MIN, INT16_MAX);
    case OP_i16x8_narrow_i32x4_u: return narrow(f, i, L32, L16, 0, UINT16_MAX);
    case OP_i32x4_dot_i16x8_s: return dot(f, i, L16, L32);
    case OP_i16x8_relaxed_dot_i8x16_i7x16_s: return dot(f, i, L8, L16);
    case OP_i32x4_relaxed_dot_i8x16_i7x16_add_s:
        return LLVMBuildAdd(f->b, pair_sums(f, dot(f, i, L8, L16), L32, true), vec_get(f, (u32)i->imm, L32), "");
    case OP_i16x8_q15mulr_sat_s: case OP_i16x8_relaxed_q15mulr_s: return q15_product(f, i);
    case OP_f32x4_demote_f64x2_zero:
        return with_zeros(f, LLVMBuildFPTrunc(f->b, vec_get(f, i->b, LD), lanes_type(f->lm, LF, 2), ""));
    case OP_f64x2_promote_low_f32x4:
        return LLVMBuildFPExt(f->b, pick_lanes(f, vec_get(f, i->b, LF), 0, 1, 2), lanes_type(f->lm, LD, 2), "");
    case OP_i32x4_trunc_sat_f32x4_s: case OP_i32x4_relaxed_trunc_f32x4_s: return to_ints(f, vec_get(f, i->b, LF), 4, true);
    case OP_i32x4_trunc_sat_f32x4_u: case OP_i32x4_relaxed_trunc_f32x4_u: return to_ints(f, vec_get(f, i->b, LF), 4, false);
    case OP_i32x4_trunc_sat_f64x2_s_zero: case OP_i32x4_relaxed_trunc_f64x2_s_zero:
        return with_zeros(f, to_ints(f, vec_get(f, i->b, LD), 2, true));
    case OP_i32x4_trunc_sat_f64x2_u_zero: case OP_i32x4_relaxed_trunc_f64x2_u_zero:
        return with_zeros(f, to_ints(f, vec_get(f, i->b, LD), 2, false));
    case OP_f64x2_convert_low_i32x4_s: return low_to_doubles(f, i, true);
    case OP_f64x2_convert_low_i32x4_u: return low_to_doubles(f, i, false);
    case OP_i8x16_swizzle: case OP_i8x16_relaxed_swizzle: return swizzle(f, i);
    case OP_shuffle: return shuffle(f, i);
    case OP_vconst: return constant(f, i);
    case OP_vselect: return select_whole(f, i);
#define VREPLACE(name, ...) case OP_##name:
#include "isa/simd.def"
        return replace(f, i);
#define VSPLAT(name, sub, type, Tx, T) case OP_##name: return splat_of(f, i, sizeof(Tx));
#include "isa/simd.def"
    default: return NULL;
    }
}
/* clang-format on */

bool lower_lanes(struct lfunc *f, const struct insn *i) {
    LLVMValueRef v;
    switch (i->op) {
    case OP_i8x16_extract_lane_s:
    case OP_i16x8_extract_lane_s: extract(f, i, true); return true;
    case OP_i8x16_extract_lane_u:
    case OP_i16x8_extract_lane_u:
    case OP_i32x4_extract_lane:
    case OP_i64x2_extract_lane:
    case OP_f32x4_extract_lane:
    case OP_f64x2_extract_lane: extract(f, i, false); return true;
    default: break;
    }
    if (!(v = value(f, i)))
        return false;
    vec_set(f, i->a, v);
    return true;
}
