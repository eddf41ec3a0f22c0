/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* vec.c - vectors: operations lane by lane. Those that move lanes or change their width: vec_lane.c. */
#include "engine/llvm/plugin/vec.h"

/* --- words of both files --- */

static LLVMTypeRef scalar(const struct lmodule *lm, enum lanes l) {
    switch (l) {
    case L8: return lm->i8;
    case L16: return lm->i16;
    case L32: return lm->i32;
    case L64: return lm->i64;
    case LF: return lm->f32;
    case LD: return lm->f64;
    }
    return NULL;
}
u32 lane_count(enum lanes l) {
    static const u8 n[] = {[L8] = 16, [L16] = 8, [L32] = 4, [L64] = 2, [LF] = 4, [LD] = 2};
    return n[l];
}
LLVMTypeRef lanes_type(const struct lmodule *lm, enum lanes l, u32 n) {
    return LLVMVectorType(scalar(lm, l), n);
}
LLVMValueRef vec_get(struct lfunc *f, u32 r, enum lanes l) {
    return LLVMBuildBitCast(f->b, reg_get(f, r, 'V'), lanes_type(f->lm, l, lane_count(l)), "");
}
void vec_set(struct lfunc *f, u32 r, LLVMValueRef v) {
    reg_set(f, r, 'V', LLVMBuildBitCast(f->b, v, f->lm->v128, ""));
}
LLVMValueRef over(struct lfunc *f, const char *name, LLVMValueRef x, LLVMValueRef y) {
    LLVMTypeRef t = LLVMTypeOf(x);
    LLVMValueRef arg[] = {x, y};
    return intrinsic(f, name, &t, 1, arg, y ? 2 : 1);
}
LLVMValueRef splat(struct lfunc *f, LLVMValueRef x, u32 n) {
    LLVMValueRef none = LLVMGetPoison(LLVMVectorType(LLVMTypeOf(x), n));
    LLVMValueRef first = LLVMBuildInsertElement(f->b, none, x, k32(f->lm, 0), "");
    return LLVMBuildShuffleVector(f->b, first, none, LLVMConstNull(LLVMVectorType(f->lm->i32, n)), "");
}
LLVMValueRef splat_int(struct lfunc *f, enum lanes l, s64 v) {
    return splat(f, LLVMConstInt(scalar(f->lm, l), (u64)v, true), lane_count(l));
}
/* Lanes first, first + step, ... of x, n of them. */
LLVMValueRef pick_lanes(struct lfunc *f, LLVMValueRef x, u32 first, u32 step, u32 n) {
    LLVMValueRef at[16];
    for (u32 k = 0; k < n; k++)
        at[k] = k32(f->lm, first + k * step);
    return LLVMBuildShuffleVector(f->b, x, LLVMGetPoison(LLVMTypeOf(x)), LLVMConstVector(at, n), "");
}

/* --- operations --- */

/* Of a row's name, what its lanes are: "i16x8_add". */
static enum lanes lanes_of(const char *name) {
    if (name[0] == 'f')
        return name[1] == '3' ? LF : LD;
    return name[1] == '8' ? L8 : name[1] == '1' ? L16 : name[1] == '3' ? L32 : L64;
}

/* clang-format off */
#define INTS(op) case OP_i8x16_##op: case OP_i16x8_##op: case OP_i32x4_##op: case OP_i64x2_##op
#define INTS3(op) case OP_i8x16_##op: case OP_i16x8_##op: case OP_i32x4_##op
#define INTS2(op) case OP_i8x16_##op: case OP_i16x8_##op
#define FLTS(op) case OP_f32x4_##op: case OP_f64x2_##op

static bool int_predicate(u16 op, LLVMIntPredicate *p) {
    switch (op) {
    INTS(eq): *p = LLVMIntEQ; return true;
    INTS(ne): *p = LLVMIntNE; return true;
    INTS(lt_s): *p = LLVMIntSLT; return true;
    INTS(gt_s): *p = LLVMIntSGT; return true;
    INTS(le_s): *p = LLVMIntSLE; return true;
    INTS(ge_s): *p = LLVMIntSGE; return true;
    INTS3(lt_u): *p = LLVMIntULT; return true;
    INTS3(gt_u): *p = LLVMIntUGT; return true;
    INTS3(le_u): *p = LLVMIntULE; return true;
    INTS3(ge_u): *p = LLVMIntUGE; return true;
    default: return false;
    }
}

static bool float_predicate(u16 op, LLVMRealPredicate *p) {
    switch (op) {
    FLTS(eq): *p = LLVMRealOEQ; return true;
    FLTS(ne): *p = LLVMRealUNE; return true;
    FLTS(lt): *p = LLVMRealOLT; return true;
    FLTS(gt): *p = LLVMRealOGT; return true;
    FLTS(le): *p = LLVMRealOLE; return true;
    FLTS(ge): *p = LLVMRealOGE; return true;
    default: return false;
    }
}

static LLVMValueRef pick_smaller(struct lfunc *f, LLVMValueRef x, LLVMValueRef y) {
    return LLVMBuildSelect(f->b, LLVMBuildFCmp(f->b, LLVMRealOLT, y, x, ""), y, x, "");
}
static LLVMValueRef pick_larger(struct lfunc *f, LLVMValueRef x, LLVMValueRef y) {
    return LLVMBuildSelect(f->b, LLVMBuildFCmp(f->b, LLVMRealOLT, x, y, ""), y, x, "");
}

/* (x + y + 1) / 2 in lanes of twice the width */
static LLVMValueRef average(struct lfunc *f, enum lanes l, LLVMValueRef x, LLVMValueRef y) {
    LLVMTypeRef wide = lanes_type(f->lm, l == L8 ? L16 : L32, lane_count(l));
    LLVMValueRef one = LLVMConstInt(LLVMGetElementType(wide), 1, false), sum;
    sum = LLVMBuildAdd(f->b, LLVMBuildZExt(f->b, x, wide, ""), LLVMBuildZExt(f->b, y, wide, ""), "");
    one = splat(f, one, lane_count(l));
    sum = LLVMBuildLShr(f->b, LLVMBuildAdd(f->b, sum, one, ""), one, "");
    return LLVMBuildTrunc(f->b, sum, LLVMTypeOf(x), "");
}

static LLVMValueRef binary(struct lfunc *f, u16 op, enum lanes l, LLVMValueRef x, LLVMValueRef y) {
    switch (op) {
    case OP_v128_and: return LLVMBuildAnd(f->b, x, y, "");
    case OP_v128_andnot: return LLVMBuildAnd(f->b, x, LLVMBuildNot(f->b, y, ""), "");
    case OP_v128_or: return LLVMBuildOr(f->b, x, y, "");
    case OP_v128_xor: return LLVMBuildXor(f->b, x, y, "");
    INTS(add): return LLVMBuildAdd(f->b, x, y, "");
    INTS(sub): return LLVMBuildSub(f->b, x, y, "");
    case OP_i16x8_mul: case OP_i32x4_mul: case OP_i64x2_mul: return LLVMBuildMul(f->b, x, y, "");
    INTS2(add_sat_s): return over(f, "llvm.sadd.sat", x, y);
    INTS2(add_sat_u): return over(f, "llvm.uadd.sat", x, y);
    INTS2(sub_sat_s): return over(f, "llvm.ssub.sat", x, y);
    INTS2(sub_sat_u): return over(f, "llvm.usub.sat", x, y);
    INTS3(min_s): return over(f, "llvm.smin", x, y);
    INTS3(min_u): return over(f, "llvm.umin", x, y);
    INTS3(max_s): return over(f, "llvm.smax", x, y);
    INTS3(max_u): return over(f, "llvm.umax", x, y);
    INTS2(avgr_u): return average(f, l, x, y);
    FLTS(add): return LLVMBuildFAdd(f->b, x, y, "");
    FLTS(sub): return LLVMBuildFSub(f->b, x, y, "");
    FLTS(mul): return LLVMBuildFMul(f->b, x, y, "");
    FLTS(div): return LLVMBuildFDiv(f->b, x, y, "");
    FLTS(min): FLTS(relaxed_min): return extreme(f, "llvm.minimum", x, y);
    FLTS(max): FLTS(relaxed_max): return extreme(f, "llvm.maximum", x, y);
    FLTS(pmin): return pick_smaller(f, x, y);
    FLTS(pmax): return pick_larger(f, x, y);
    default: return NULL;
    }
}

static LLVMValueRef unary(struct lfunc *f, u16 op, LLVMValueRef x) {
    switch (op) {
    case OP_vmov: return x;
    case OP_v128_not: return LLVMBuildNot(f->b, x, "");
    INTS(abs): return over(f, "llvm.abs", x, LLVMConstInt(f->lm->i1, 0, false));
    INTS(neg): return LLVMBuildNeg(f->b, x, "");
    case OP_i8x16_popcnt: return over(f, "llvm.ctpop", x, NULL);
    FLTS(abs): return over(f, "llvm.fabs", x, NULL);
    FLTS(neg): return LLVMBuildFNeg(f->b, x, "");
    FLTS(sqrt): return over(f, "llvm.sqrt", x, NULL);
    FLTS(ceil): return over(f, "llvm.ceil", x, NULL);
    FLTS(floor): return over(f, "llvm.floor", x, NULL);
    FLTS(trunc): return over(f, "llvm.trunc", x, NULL);
    FLTS(nearest): return over(f, "llvm.roundeven", x, NULL);
    case OP_f32x4_convert_i32x4_s: return LLVMBuildSIToFP(f->b, LLVMBuildBitCast(f->b, x, lanes_type(f->lm, L32, 4), ""),
                                                          lanes_type(f->lm, LF, 4), "");
    case OP_f32x4_convert_i32x4_u: return LLVMBuildUIToFP(f->b, LLVMBuildBitCast(f->b, x, lanes_type(f->lm, L32, 4), ""),
                                                          lanes_type(f->lm, LF, 4), "");
    default: return NULL;
    }
}

/* Lanes by a number of bits that is taken modulo their width. */
static LLVMValueRef shift(struct lfunc *f, u16 op, enum lanes l, LLVMValueRef x, LLVMValueRef n) {
    u32 bits = 128 / lane_count(l);
    LLVMValueRef by = LLVMBuildAnd(f->b, n, k32(f->lm, bits - 1), "");
    by = splat(f, LLVMBuildIntCast2(f->b, by, scalar(f->lm, l), false, ""), lane_count(l));
    switch (op) {
    INTS(shl): return LLVMBuildShl(f->b, x, by, "");
    INTS(shr_s): return LLVMBuildAShr(f->b, x, by, "");
    INTS(shr_u): return LLVMBuildLShr(f->b, x, by, "");
    default: return NULL;
    }
}

static LLVMValueRef select_bits(struct lfunc *f, LLVMValueRef x, LLVMValueRef y, LLVMValueRef z) {
    return LLVMBuildOr(f->b, LLVMBuildAnd(f->b, x, z, ""), LLVMBuildAnd(f->b, y, LLVMBuildNot(f->b, z, ""), ""), "");
}

static LLVMValueRef ternary(struct lfunc *f, u16 op, LLVMValueRef x, LLVMValueRef y, LLVMValueRef z) {
    switch (op) {
    case OP_v128_bitselect: INTS(relaxed_laneselect): return select_bits(f, x, y, z);
    FLTS(relaxed_madd): return LLVMBuildFAdd(f->b, LLVMBuildFMul(f->b, x, y, ""), z, "");
    FLTS(relaxed_nmadd): return LLVMBuildFSub(f->b, z, LLVMBuildFMul(f->b, x, y, ""), "");
    default: return NULL;
    }
}

static LLVMValueRef test(struct lfunc *f, u16 op, enum lanes l, LLVMValueRef x) {
    LLVMTypeRef bits = LLVMIntTypeInContext(f->lm->c, lane_count(l)), all = LLVMIntTypeInContext(f->lm->c, 128);
    LLVMValueRef zero = LLVMConstNull(LLVMTypeOf(x)), is;
    switch (op) {
    case OP_v128_any_true:
        x = LLVMBuildBitCast(f->b, x, all, "");
        return LLVMBuildICmp(f->b, LLVMIntNE, x, LLVMConstNull(all), "");
    INTS(all_true):
        is = LLVMBuildBitCast(f->b, LLVMBuildICmp(f->b, LLVMIntEQ, x, zero, ""), bits, "");
        return LLVMBuildICmp(f->b, LLVMIntEQ, is, LLVMConstNull(bits), "");
    INTS(bitmask): return LLVMBuildBitCast(f->b, LLVMBuildICmp(f->b, LLVMIntSLT, x, zero, ""), bits, "");
    default: return NULL;
    }
}
/* clang-format on */

static LLVMValueRef two(struct lfunc *f, const struct insn *i, enum lanes l) {
    LLVMIntPredicate p;
    LLVMRealPredicate q;
    LLVMValueRef x = vec_get(f, i->b, l), y = vec_get(f, i->c, l), c;
    if (int_predicate(i->op, &p))
        c = LLVMBuildICmp(f->b, p, x, y, "");
    else if (float_predicate(i->op, &q))
        c = LLVMBuildFCmp(f->b, q, x, y, "");
    else
        return binary(f, i->op, l, x, y);
    return LLVMBuildSExt(f->b, c, lanes_type(f->lm, l == LF ? L32 : l == LD ? L64 : l, lane_count(l)), "");
}

static LLVMValueRef value(struct lfunc *f, const struct insn *i) {
    const struct isa_row *r = &isa_info[i->op];
    enum lanes l = lanes_of(isa_row_name(r));
    switch ((enum shape)r->shape) {
    case SHAPE_UN: return unary(f, i->op, vec_get(f, i->b, l));
    case SHAPE_BIN:
        return r->type[2] == 'V' ? two(f, i, l) : shift(f, i->op, l, vec_get(f, i->b, l), reg_get(f, i->c, 'I'));
    case SHAPE_TER: return ternary(f, i->op, vec_get(f, i->b, l), vec_get(f, i->c, l), vec_get(f, (u32)i->imm, l));
    default: return NULL;
    }
}

bool lower_vec(struct lfunc *f, const struct insn *i) {
    const struct isa_row *r = &isa_info[i->op];
    LLVMValueRef v;
    if (r->shape == SHAPE_MLD || r->shape == SHAPE_MST || r->shape == SHAPE_OBJ)
        return false;
    if (lower_lanes(f, i))
        return true;
    if (r->type[0] == 'I' && r->type[1] == 'V') {
        if (!(v = test(f, i->op, lanes_of(isa_row_name(r)), vec_get(f, i->b, lanes_of(isa_row_name(r))))))
            return false;
        reg_set(f, i->a, 'I', LLVMBuildZExt(f->b, v, f->lm->i32, ""));
        return true;
    }
    if (r->type[0] != 'V' || r->type[1] != 'V' || !(v = value(f, i)))
        return false;
    vec_set(f, i->a, v);
    return true;
}
