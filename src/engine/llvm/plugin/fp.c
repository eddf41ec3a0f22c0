/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fp.c - rows of BIN and UN with a float: arithmetic, comparisons, conversions.
 *
 * No fast-math flag is ever set: results are those of IEEE 754, rounded to nearest, each operation by itself. */
#include "engine/llvm/plugin/lower.h"

static LLVMTypeRef float_type(const struct lfunc *f, char letter) {
    return letter == 'F' ? f->lm->f32 : f->lm->f64;
}

static LLVMValueRef over_one(struct lfunc *f, const char *name, LLVMValueRef x) {
    LLVMTypeRef t = LLVMTypeOf(x);
    return intrinsic(f, name, &t, 1, &x, 1);
}

static LLVMValueRef over_two(struct lfunc *f, const char *name, LLVMValueRef x, LLVMValueRef y) {
    LLVMTypeRef t = LLVMTypeOf(x);
    LLVMValueRef arg[] = {x, y};
    return intrinsic(f, name, &t, 1, arg, 2);
}

/* --- two operands --- */

static void compare(struct lfunc *f, const struct insn *i, LLVMRealPredicate p, LLVMValueRef x, LLVMValueRef y) {
    LLVMValueRef c = LLVMBuildFCmp(f->b, p, x, y, "");
    reg_set(f, i->a, 'I', LLVMBuildZExt(f->b, c, f->lm->i32, ""));
}

/* The immediate forms take the bits of the number, sign-extended. */
static LLVMValueRef second(struct lfunc *f, const struct insn *i, char letter) {
    u64 bits = (u64)(s64)i->imm;
    if (isa_info[i->op].shape == SHAPE_BIN)
        return reg_get(f, i->c, letter);
    return LLVMConstBitCast(letter == 'F' ? k32(f->lm, (u32)bits) : k64(f->lm, bits), float_type(f, letter));
}

/* clang-format off */
#define EITHER(name) case OP_##name##64: case OP_##name##64i: case OP_##name##32: case OP_##name##32i

static bool binary(struct lfunc *f, const struct insn *i, char letter) {
    LLVMValueRef x = reg_get(f, i->b, letter), y = second(f, i, letter), v;
    switch (i->op) {
    EITHER(feq): compare(f, i, LLVMRealOEQ, x, y); return true;
    EITHER(flt): compare(f, i, LLVMRealOLT, x, y); return true;
    EITHER(fle): compare(f, i, LLVMRealOLE, x, y); return true;
    EITHER(fne): compare(f, i, LLVMRealUNE, x, y); return true;
    EITHER(fadd): v = LLVMBuildFAdd(f->b, x, y, ""); break;
    EITHER(fsub): v = LLVMBuildFSub(f->b, x, y, ""); break;
    EITHER(fmul): v = LLVMBuildFMul(f->b, x, y, ""); break;
    EITHER(fdiv): v = LLVMBuildFDiv(f->b, x, y, ""); break;
    EITHER(fmin): v = over_two(f, "llvm.minimum", x, y); break;
    EITHER(fmax): v = over_two(f, "llvm.maximum", x, y); break;
    EITHER(fcopysign): v = over_two(f, "llvm.copysign", x, y); break;
    default: return false;
    }
    reg_set(f, i->a, letter, v);
    return true;
}
/* clang-format on */

/* --- one operand --- */

/* To an integer, which traps where no integer is near: lo < x < hi, or lo itself is good too. */
static void truncate(struct lfunc *f, const struct insn *i, bool is_signed, f64 lo, bool with_lo, f64 hi) {
    const char *t = isa_info[i->op].type;
    LLVMTypeRef ft = float_type(f, t[1]), it = type_of_letter(f->lm, t[0]);
    LLVMValueRef x = reg_get(f, i->b, t[1]), above, below;
    trap_if(f, LLVMBuildFCmp(f->b, LLVMRealUNO, x, x, ""), TRAP_BAD_CONVERSION);
    above = LLVMBuildFCmp(f->b, with_lo ? LLVMRealOGE : LLVMRealOGT, x, LLVMConstReal(ft, lo), "");
    below = LLVMBuildFCmp(f->b, LLVMRealOLT, x, LLVMConstReal(ft, hi), "");
    trap_if(f, LLVMBuildNot(f->b, LLVMBuildAnd(f->b, above, below, ""), ""), TRAP_INT_OVERFLOW);
    reg_set(f, i->a, t[0], (is_signed ? LLVMBuildFPToSI : LLVMBuildFPToUI)(f->b, x, it, ""));
}

static void saturate(struct lfunc *f, const struct insn *i, const char *name) {
    const char *t = isa_info[i->op].type;
    LLVMTypeRef over[] = {type_of_letter(f->lm, t[0]), float_type(f, t[1])};
    LLVMValueRef x = reg_get(f, i->b, t[1]);
    reg_set(f, i->a, t[0], intrinsic(f, name, over, 2, &x, 1));
}

static bool conversion(struct lfunc *f, const struct insn *i) {
    switch (i->op) {
    case OP_trunc_s32_f64: truncate(f, i, true, -2147483649.0, false, 0x1p31); return true;
    case OP_trunc_u32_f64: truncate(f, i, false, -1, false, 0x1p32); return true;
    case OP_trunc_s64_f64: truncate(f, i, true, -0x1p63, true, 0x1p63); return true;
    case OP_trunc_u64_f64: truncate(f, i, false, -1, false, 0x1p64); return true;
    case OP_trunc_s32_f32: truncate(f, i, true, -0x1p31, true, 0x1p31); return true;
    case OP_trunc_u32_f32: truncate(f, i, false, -1, false, 0x1p32); return true;
    case OP_trunc_s64_f32: truncate(f, i, true, -0x1p63, true, 0x1p63); return true;
    case OP_trunc_u64_f32: truncate(f, i, false, -1, false, 0x1p64); return true;
    case OP_sat_s32_f64:
    case OP_sat_s64_f64:
    case OP_sat_s32_f32:
    case OP_sat_s64_f32: saturate(f, i, "llvm.fptosi.sat"); return true;
    case OP_sat_u32_f64:
    case OP_sat_u64_f64:
    case OP_sat_u32_f32:
    case OP_sat_u64_f32: saturate(f, i, "llvm.fptoui.sat"); return true;
    default: return false;
    }
}

static bool unary(struct lfunc *f, const struct insn *i) {
    char to = isa_info[i->op].type[0], from = isa_info[i->op].type[1];
    LLVMTypeRef t = type_of_letter(f->lm, to);
    LLVMValueRef x, v;
    if (conversion(f, i))
        return true;
    x = reg_get(f, i->b, from);
    switch (i->op) {
    case OP_fmov64:
    case OP_fmov32: v = x; break;
    case OP_fneg64:
    case OP_fneg32: v = LLVMBuildFNeg(f->b, x, ""); break;
    case OP_fabs64:
    case OP_fabs32: v = over_one(f, "llvm.fabs", x); break;
    case OP_fsqrt64:
    case OP_fsqrt32: v = over_one(f, "llvm.sqrt", x); break;
    case OP_fceil64:
    case OP_fceil32: v = over_one(f, "llvm.ceil", x); break;
    case OP_ffloor64:
    case OP_ffloor32: v = over_one(f, "llvm.floor", x); break;
    case OP_ftrunc64:
    case OP_ftrunc32: v = over_one(f, "llvm.trunc", x); break;
    case OP_fnear64:
    case OP_fnear32: v = over_one(f, "llvm.roundeven", x); break;
    case OP_f64_s64:
    case OP_f64_s32:
    case OP_f32_s64:
    case OP_f32_s32: v = LLVMBuildSIToFP(f->b, x, t, ""); break;
    case OP_f64_u64:
    case OP_f64_u32:
    case OP_f32_u64:
    case OP_f32_u32: v = LLVMBuildUIToFP(f->b, x, t, ""); break;
    case OP_f64_bits:
    case OP_bits_f64:
    case OP_f32_bits:
    case OP_bits_f32: v = LLVMBuildBitCast(f->b, x, t, ""); break;
    case OP_f64_f32: v = LLVMBuildFPExt(f->b, x, t, ""); break;
    case OP_f32_f64: v = LLVMBuildFPTrunc(f->b, x, t, ""); break;
    default: return false;
    }
    reg_set(f, i->a, to, v);
    return true;
}

static bool is_float(char letter) {
    return letter == 'F' || letter == 'D';
}

bool lower_fp(struct lfunc *f, const struct insn *i) {
    const struct isa_row *r = &isa_info[i->op];
    switch ((enum shape)r->shape) {
    case SHAPE_BIN:
    case SHAPE_BINI: return is_float(r->type[1]) && binary(f, i, r->type[1]);
    case SHAPE_UN: return r->type[0] != 'V' && (is_float(r->type[0]) || is_float(r->type[1])) && unary(f, i);
    default: return false;
    }
}
