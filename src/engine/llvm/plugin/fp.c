/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fp.c - rows of BIN and UN with a float: arithmetic, comparisons, conversions.
 *
 * No fast-math flag is ever set: results are those of IEEE 754, rounded to nearest, each operation by itself. */
#include "engine/llvm/plugin/vec.h"
#include <math.h>
#include <string.h>

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

/* --- what LLVM would take for nothing ---
 *
 * It holds x - 0, x * 1 and the like, and a number that is made wide and narrow again, for x: of a signalling NaN they
 * are a quiet one. Where an operand is such a constant, as the block itself says, that is said in other words. */

/* The instruction of this block that gave register r its value; NULL: none that is near. */
static const struct insn *writer_of(const struct lfunc *f, u32 r) {
    enum { NEAR = 24 };
    u32 start = f->g.blk[f->block].start, from = f->pc > start + NEAR ? f->pc - NEAR : start;
    for (u32 pc = f->pc; pc-- > from;) {
        const struct insn *i = &f->f->code[pc];
        struct regs w = isa_writes(i);
        struct window out = isa_window_out(i);
        u16 clobbered;
        if ((isa_clobbers(i, &clobbered) && r >= clobbered) || (r >= out.first && r < (u32)out.first + out.n))
            return NULL;
        for (u32 k = 0; k < w.n; k++)
            if (w.r[k] == r)
                return i;
    }
    return NULL;
}

static f64 number_of(u64 bits, char letter) {
    u32 low = (u32)bits;
    f32 narrow;
    f64 v;
    memcpy(&narrow, &low, sizeof narrow);
    memcpy(&v, &bits, sizeof v);
    return letter == 'F' ? (f64)narrow : v;
}

/* The number in register r, where the block says it. */
static bool is_known(const struct lfunc *f, u32 r, char letter, f64 *v) {
    const struct insn *i = writer_of(f, r);
    if (!i || (i->op != OP_const64 && i->op != OP_mov64i && i->op != OP_mov32i))
        return false;
    *v = number_of(i->op == OP_const64 ? insn_imm64(i) : i->op == OP_mov32i ? (u32)i->imm : (u64)(s64)i->imm, letter);
    return true;
}

static LLVMValueRef quiet(struct lfunc *f, LLVMValueRef x) {
    LLVMValueRef nan = LLVMBuildFCmp(f->b, LLVMRealUNO, x, x, "");
    return LLVMBuildSelect(f->b, nan, LLVMBuildFAdd(f->b, x, x, ""), x, "");
}

static bool is_zero(f64 v, bool negative) {
    return v == 0 && !signbit(v) == !negative;
}

/* x op v as x, or as -x; 0: neither. */
static int keeps(u16 op, f64 v) {
    switch (op) {
    case OP_fadd64:
    case OP_fadd64i:
    case OP_fadd32:
    case OP_fadd32i: return is_zero(v, true);
    case OP_fsub64:
    case OP_fsub64i:
    case OP_fsub32:
    case OP_fsub32i: return is_zero(v, false);
    case OP_fmul64:
    case OP_fmul64i:
    case OP_fmul32:
    case OP_fmul32i:
    case OP_fdiv64:
    case OP_fdiv64i:
    case OP_fdiv32:
    case OP_fdiv32i: return v == 1 ? 1 : v == -1 ? -1 : 0;
    default: return 0;
    }
}
static int kept(u16 op, f64 v) { /* v op x */
    bool sub = op == OP_fsub64 || op == OP_fsub32;
    if (sub || op == OP_fdiv64 || op == OP_fdiv32)
        return sub && is_zero(v, true) ? -1 : 0;
    return keeps(op, v);
}

static LLVMValueRef in_other_words(struct lfunc *f, const struct insn *i, char letter, LLVMValueRef x, LLVMValueRef y) {
    f64 v;
    int sign = 0;
    if (isa_info[i->op].shape == SHAPE_BINI) {
        sign = keeps(i->op, number_of((u64)(s64)i->imm, letter));
    } else if (isa_info[i->op].shape != SHAPE_BIN) {
        return NULL;
    } else if (is_known(f, i->c, letter, &v)) {
        sign = keeps(i->op, v);
    } else if (is_known(f, i->b, letter, &v)) {
        sign = kept(i->op, v);
        x = y;
    }
    if (!sign)
        return NULL;
    x = quiet(f, x);
    return sign > 0 ? x : LLVMBuildFNeg(f->b, x, "");
}

/* --- two operands --- */

/* A NaN that comes in comes out, quiet, which not every machine's instruction for it sees to. */
LLVMValueRef extreme(struct lfunc *f, const char *name, LLVMValueRef x, LLVMValueRef y) {
    LLVMValueRef nan = LLVMBuildFCmp(f->b, LLVMRealUNO, x, y, ""), v = over_two(f, name, x, y);
    LLVMSetFastMathFlags(v, LLVMFastMathNoNaNs);
    return LLVMBuildSelect(f->b, nan, LLVMBuildFAdd(f->b, x, y, ""), v, "");
}

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
    LLVMValueRef x = reg_get(f, i->b, letter), y = second(f, i, letter), v = in_other_words(f, i, letter, x, y);
    if (v) {
        reg_set(f, i->a, letter, v);
        return true;
    }
    switch (i->op) {
    EITHER(feq): compare(f, i, LLVMRealOEQ, x, y); return true;
    EITHER(flt): compare(f, i, LLVMRealOLT, x, y); return true;
    EITHER(fle): compare(f, i, LLVMRealOLE, x, y); return true;
    EITHER(fne): compare(f, i, LLVMRealUNE, x, y); return true;
    EITHER(fadd): v = LLVMBuildFAdd(f->b, x, y, ""); break;
    EITHER(fsub): v = LLVMBuildFSub(f->b, x, y, ""); break;
    EITHER(fmul): v = LLVMBuildFMul(f->b, x, y, ""); break;
    EITHER(fdiv): v = LLVMBuildFDiv(f->b, x, y, ""); break;
    EITHER(fmin): v = extreme(f, "llvm.minimum", x, y); break;
    EITHER(fmax): v = extreme(f, "llvm.maximum", x, y); break;
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

static LLVMValueRef narrow(struct lfunc *f, const struct insn *i, LLVMValueRef x) {
    const struct insn *w = writer_of(f, i->b);
    LLVMValueRef v = LLVMBuildFPTrunc(f->b, x, f->lm->f32, "");
    return w && w->op == OP_f64_f32 ? quiet(f, v) : v;
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
    case OP_f32_f64: v = narrow(f, i, x); break;
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
