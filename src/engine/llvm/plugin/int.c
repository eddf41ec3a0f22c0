/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* int.c - rows on integers. Operands come as values of the row's letters: an i32 for I, an i64 for L and references. */
#include "engine/llvm/plugin/lower.h"

/* x << y & 63 and the like: LLVM leaves shifts by the width and more undefined. */
static LLVMValueRef count(struct lfunc *f, LLVMValueRef y) {
    LLVMTypeRef t = LLVMTypeOf(y);
    return LLVMBuildAnd(f->b, y, LLVMConstInt(t, LLVMGetIntTypeWidth(t) - 1, false), "");
}

static LLVMValueRef rotate(struct lfunc *f, const char *name, LLVMValueRef x, LLVMValueRef y) {
    LLVMTypeRef t = LLVMTypeOf(x);
    return intrinsic(f, name, &t, 1, (LLVMValueRef[]){x, x, y}, 3);
}

static LLVMValueRef is_const(struct lfunc *f, LLVMValueRef x, s64 v) {
    return LLVMBuildICmp(f->b, LLVMIntEQ, x, LLVMConstInt(LLVMTypeOf(x), (u64)v, true), "");
}

static bool is_nonzero(LLVMValueRef y) {
    return LLVMIsAConstantInt(y) && LLVMConstIntGetSExtValue(y) != 0;
}

/* Divisions that give something for each divisor: by zero 0, or x where it is a remainder. The divisor is made one
 * that LLVM defines; by -1 a quotient is -x, also of the smallest number. */
static LLVMValueRef divide(struct lfunc *f, LLVMValueRef x, LLVMValueRef y, bool sign, bool rest) {
    LLVMTypeRef t = LLVMTypeOf(x);
    LLVMValueRef zero = LLVMConstNull(t), one = LLVMConstInt(t, 1, false), bad, safe, r;
    bad = is_const(f, y, 0);
    if (sign)
        bad = LLVMBuildOr(f->b, bad, is_const(f, y, -1), "");
    safe = is_nonzero(y) && !(sign && LLVMConstIntGetSExtValue(y) == -1) ? y : LLVMBuildSelect(f->b, bad, one, y, "");
    if (sign)
        r = rest ? LLVMBuildSRem(f->b, x, safe, "") : LLVMBuildSDiv(f->b, x, safe, "");
    else
        r = rest ? LLVMBuildURem(f->b, x, safe, "") : LLVMBuildUDiv(f->b, x, safe, "");
    if (safe == y)
        return r;
    if (sign && !rest)
        r = LLVMBuildSelect(f->b, is_const(f, y, -1), LLVMBuildNeg(f->b, x, ""), r, "");
    return LLVMBuildSelect(f->b, is_const(f, y, 0), rest ? x : zero, r, "");
}

static LLVMValueRef divide_or_trap(struct lfunc *f, LLVMValueRef x, LLVMValueRef y, bool sign, bool rest) {
    LLVMTypeRef t = LLVMTypeOf(x);
    if (!is_nonzero(y))
        trap_if(f, is_const(f, y, 0), TRAP_DIV_BY_ZERO);
    if (!sign)
        return rest ? LLVMBuildURem(f->b, x, y, "") : LLVMBuildUDiv(f->b, x, y, "");
    if (rest) {
        LLVMValueRef minus = is_const(f, y, -1);
        y = LLVMBuildSelect(f->b, minus, LLVMConstInt(t, 1, false), y, ""); /* the rest is 0 by either */
        return LLVMBuildSRem(f->b, x, y, "");
    }
    if (!is_nonzero(y) || LLVMConstIntGetSExtValue(y) == -1) {
        LLVMValueRef least = is_const(f, x, t == f->lm->i64 ? INT64_MIN : INT32_MIN);
        trap_if(f, LLVMBuildAnd(f->b, least, is_const(f, y, -1), ""), TRAP_INT_OVERFLOW);
    }
    return LLVMBuildSDiv(f->b, x, y, "");
}

static LLVMValueRef compare(struct lfunc *f, LLVMIntPredicate p, LLVMValueRef x, LLVMValueRef y) {
    return LLVMBuildZExt(f->b, LLVMBuildICmp(f->b, p, x, y, ""), f->lm->i32, "");
}

static LLVMValueRef bit_count(struct lfunc *f, const char *name, LLVMValueRef x, bool by_zero) {
    LLVMTypeRef t = LLVMTypeOf(x);
    return intrinsic(f, name, &t, 1, (LLVMValueRef[]){x, LLVMConstInt(f->lm->i1, 0, false)}, by_zero ? 2 : 1);
}

static LLVMValueRef narrow(struct lfunc *f, LLVMValueRef x, LLVMTypeRef t, bool sign, LLVMTypeRef to) {
    x = LLVMBuildTrunc(f->b, x, t, "");
    return sign ? LLVMBuildSExt(f->b, x, to, "") : LLVMBuildZExt(f->b, x, to, "");
}

/* The low bytes of x, in the other order, zero-extended. */
static LLVMValueRef swap(struct lfunc *f, LLVMValueRef x, LLVMTypeRef t) {
    if (t != LLVMTypeOf(x))
        x = LLVMBuildTrunc(f->b, x, t, "");
    x = intrinsic(f, "llvm.bswap", &t, 1, &x, 1);
    return t == f->lm->i64 ? x : LLVMBuildZExt(f->b, x, f->lm->i64, "");
}

/* Guests are little-endian, whatever the machine. */
LLVMValueRef int_op(struct lfunc *f, u16 op, LLVMValueRef x, LLVMValueRef y) {
    const struct lmodule *lm = f->lm;
    LLVMBuilderRef b = f->b;
#define BOTH(name)                                                                                                     \
    case OP_##name:                                                                                                    \
    case OP_##name##i
#define PAIR(name) BOTH(name##64) : BOTH(name##32)
    /* clang-format off */
    switch (op) {
    PAIR(add): return LLVMBuildAdd(b, x, y, "");
    PAIR(sub): return LLVMBuildSub(b, x, y, "");
    PAIR(mul): return LLVMBuildMul(b, x, y, "");
    PAIR(or): return LLVMBuildOr(b, x, y, "");
    PAIR(and): return LLVMBuildAnd(b, x, y, "");
    PAIR(xor): return LLVMBuildXor(b, x, y, "");
    PAIR(lsh): return LLVMBuildShl(b, x, count(f, y), "");
    PAIR(rsh): return LLVMBuildLShr(b, x, count(f, y), "");
    PAIR(arsh): return LLVMBuildAShr(b, x, count(f, y), "");
    PAIR(div): return divide(f, x, y, false, false);
    PAIR(sdiv): return divide(f, x, y, true, false);
    PAIR(mod): return divide(f, x, y, false, true);
    PAIR(smod): return divide(f, x, y, true, true);
    PAIR(rotl): return rotate(f, "llvm.fshl", x, y);
    PAIR(rotr): return rotate(f, "llvm.fshr", x, y);
    PAIR(divt): return divide_or_trap(f, x, y, false, false);
    PAIR(sdivt): return divide_or_trap(f, x, y, true, false);
    PAIR(modt): return divide_or_trap(f, x, y, false, true);
    PAIR(smodt): return divide_or_trap(f, x, y, true, true);
    PAIR(ceq): return compare(f, LLVMIntEQ, x, y);
    PAIR(cne): return compare(f, LLVMIntNE, x, y);
    PAIR(clt): return compare(f, LLVMIntULT, x, y);
    PAIR(cslt): return compare(f, LLVMIntSLT, x, y);
    PAIR(cle): return compare(f, LLVMIntULE, x, y);
    PAIR(csle): return compare(f, LLVMIntSLE, x, y);
    case OP_mov64: case OP_mov32: case OP_rmov: return x;
    case OP_movsx8_64: return narrow(f, x, lm->i8, true, lm->i64);
    case OP_movsx16_64: return narrow(f, x, lm->i16, true, lm->i64);
    case OP_movsx32_64: return LLVMBuildSExt(b, x, lm->i64, "");
    case OP_movsx8_32: return narrow(f, x, lm->i8, true, lm->i32);
    case OP_movsx16_32: return narrow(f, x, lm->i16, true, lm->i32);
    case OP_neg64: case OP_neg32: return LLVMBuildNeg(b, x, "");
    case OP_le16: return narrow(f, x, lm->i16, false, lm->i64);
    case OP_le32: return narrow(f, x, lm->i32, false, lm->i64);
    case OP_le64: return x;
    case OP_be16: case OP_bswap16: return swap(f, x, lm->i16);
    case OP_be32: case OP_bswap32: return swap(f, x, lm->i32);
    case OP_be64: case OP_bswap64: return swap(f, x, lm->i64);
    case OP_clz64: case OP_clz32: return bit_count(f, "llvm.ctlz", x, true);
    case OP_ctz64: case OP_ctz32: return bit_count(f, "llvm.cttz", x, true);
    case OP_popcnt64: case OP_popcnt32: return bit_count(f, "llvm.ctpop", x, false);
    case OP_isnull: return compare(f, LLVMIntEQ, x, k64(lm, 0));
    }
    /* clang-format on */
    return NULL;
#undef PAIR
#undef BOTH
}

bool compares_by(u16 op, LLVMIntPredicate *p) {
#define TEST(name, is)                                                                                                 \
    case OP_##name##64:                                                                                                \
    case OP_##name##64i:                                                                                               \
    case OP_##name##32:                                                                                                \
    case OP_##name##32i: *p = is; return true;
    switch (op) {
        TEST(jeq, LLVMIntEQ)
        TEST(jne, LLVMIntNE)
        TEST(jgt, LLVMIntUGT)
        TEST(jge, LLVMIntUGE)
        TEST(jlt, LLVMIntULT)
        TEST(jle, LLVMIntULE)
        TEST(jsgt, LLVMIntSGT)
        TEST(jsge, LLVMIntSGE)
        TEST(jslt, LLVMIntSLT)
        TEST(jsle, LLVMIntSLE)
    default: return false; /* jset */
    }
#undef TEST
}

LLVMValueRef int_test(struct lfunc *f, u16 op, LLVMValueRef x, LLVMValueRef y) {
    LLVMIntPredicate p;
    if (compares_by(op, &p))
        return LLVMBuildICmp(f->b, p, x, y, "");
    x = LLVMBuildAnd(f->b, x, y, "");
    return LLVMBuildICmp(f->b, LLVMIntNE, x, LLVMConstNull(LLVMTypeOf(x)), "");
}

static LLVMValueRef immediate(struct lfunc *f, const struct insn *i, char letter) {
    return letter == TYPE_I32 ? k32(f->lm, (u32)i->imm) : k64(f->lm, (u64)(s64)i->imm);
}

/* rounds.c: where it was seen that x << 32 >> 32 is x, compares of its low half may be of all of it. */
static bool lower_seen(struct lfunc *f, const struct insn *i) {
    bool low = i->op == OP_lsh64i && f->f->code[f->next].op == OP_rsh64i;
    LLVMValueRef x = low ? reg_get(f, i->b, TYPE_I64) : NULL;
    if (!lower_plain(f, i))
        return false;
    if (low) {
        x = LLVMBuildICmp(f->b, LLVMIntULE, x, k64(f->lm, UINT32_MAX), "");
        intrinsic(f, "llvm.assume", NULL, 0, &x, 1);
    }
    return true;
}

bool lower_int(struct lfunc *f, const struct insn *i) {
    const struct isa_row *row = &isa_info[i->op];
    char c = isa_has(row->type[2]) ? row->type[2] : TYPE_I64;
    LLVMValueRef v = NULL;
    if (f->seen && lower_seen(f, i))
        return true;
    switch ((enum shape)row->shape) {
    case SHAPE_BIN: v = int_op(f, i->op, reg_get(f, i->b, row->type[1]), reg_get(f, i->c, c)); break;
    case SHAPE_BINI: v = int_op(f, i->op, reg_get(f, i->b, row->type[1]), immediate(f, i, row->type[1])); break;
    case SHAPE_UN: v = int_op(f, i->op, reg_get(f, i->b, row->type[1] == 'Q' ? TYPE_I64 : row->type[1]), NULL); break;
    default: break;
    }
    if (v) {
        reg_set(f, i->a, row->type[0] == 'Q' ? TYPE_I64 : row->type[0], v);
        return true;
    }
    switch (i->op) {
    case OP_mov64i: v = k64(f->lm, (u64)(s64)i->imm); break;
    case OP_mov32i: v = k64(f->lm, (u32)i->imm); break;
    case OP_const64: v = k64(f->lm, insn_imm64(i)); break;
    case OP_select: {
        char t = f->f->reg_type ? (char)f->f->reg_type[i->a] : TYPE_I64;
        LLVMValueRef test = LLVMBuildICmp(f->b, LLVMIntNE, reg_get(f, (u32)i->imm, TYPE_I32), k32(f->lm, 0), "");
        v = LLVMBuildSelect(f->b, test, reg_get(f, i->b, t), reg_get(f, i->c, t), "");
        reg_set(f, i->a, t, v);
        return true;
    }
    default: return false;
    }
    reg_set(f, i->a, TYPE_I64, v);
    return true;
}
