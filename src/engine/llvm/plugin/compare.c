/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* compare.c - how long a loop goes on while a compare holds.
 *
 * in: a predicate of x and y, where x grows or falls by a constant each round, and y stays      out: a number of rounds
 *
 * ends.c and linear.c find such compares in code, each in its kind of function; ends.c and rounds.c ask for the rounds.
 */
#include "engine/llvm/plugin/lower.h"

LLVMIntPredicate swapped(LLVMIntPredicate p) {
    switch (p) {
    case LLVMIntUGT: return LLVMIntULT;
    case LLVMIntUGE: return LLVMIntULE;
    case LLVMIntULT: return LLVMIntUGT;
    case LLVMIntULE: return LLVMIntUGE;
    case LLVMIntSGT: return LLVMIntSLT;
    case LLVMIntSGE: return LLVMIntSLE;
    case LLVMIntSLT: return LLVMIntSGT;
    case LLVMIntSLE: return LLVMIntSGE;
    case LLVMIntEQ:
    case LLVMIntNE: break;
    }
    return p;
}

LLVMIntPredicate inverse(LLVMIntPredicate p) {
    switch (p) {
    case LLVMIntUGT: return LLVMIntULE;
    case LLVMIntUGE: return LLVMIntULT;
    case LLVMIntULT: return LLVMIntUGE;
    case LLVMIntULE: return LLVMIntUGT;
    case LLVMIntSGT: return LLVMIntSLE;
    case LLVMIntSGE: return LLVMIntSLT;
    case LLVMIntSLT: return LLVMIntSGE;
    case LLVMIntSLE: return LLVMIntSGT;
    case LLVMIntEQ: return LLVMIntNE;
    case LLVMIntNE: break;
    }
    return LLVMIntEQ;
}

static bool is_signed(LLVMIntPredicate p) {
    return p == LLVMIntSLT || p == LLVMIntSLE || p == LLVMIntSGT || p == LLVMIntSGE;
}

static bool holds_of_equals(LLVMIntPredicate p) {
    return p == LLVMIntULE || p == LLVMIntUGE || p == LLVMIntSLE || p == LLVMIntSGE;
}

bool leads_out(LLVMIntPredicate stay, s64 step) {
    bool up = stay == LLVMIntULT || stay == LLVMIntULE || stay == LLVMIntSLT || stay == LLVMIntSLE;
    if (!step || step <= INT32_MIN || step > INT32_MAX || stay == LLVMIntEQ)
        return false;
    return stay == LLVMIntNE || up == (step > 0);
}

/* Of numbers that grow by size and stay below y: rounds. */
static LLVMValueRef rounds_below(struct lfunc *f, bool or_equal, u64 size, LLVMValueRef x, LLVMValueRef y,
                                 LLVMValueRef *known) {
    LLVMTypeRef t = LLVMTypeOf(x);
    LLVMValueRef one = LLVMConstInt(t, 1, false), fits, d;
    if (or_equal) { /* nothing is above the greatest */
        *known = LLVMBuildICmp(f->b, LLVMIntNE, y, LLVMConstAllOnes(t), "");
        y = LLVMBuildAdd(f->b, y, one, "");
    }
    /* The last that stays is y - 1 at most; the step from there does not wrap, nor does the sum below. */
    fits = LLVMBuildICmp(f->b, LLVMIntULE, y, LLVMConstInt(t, 0 - size, false), "");
    *known = LLVMBuildAnd(f->b, *known, fits, "");
    d = intrinsic(f, "llvm.usub.sat", &t, 1, (LLVMValueRef[]){y, x}, 2);
    d = LLVMBuildAdd(f->b, d, LLVMConstInt(t, size - 1, false), "");
    return LLVMBuildUDiv(f->b, d, LLVMConstInt(t, size, false), "");
}

/* The numbers are turned so that x grows, and is compared without a sign. */
LLVMValueRef rounds_while(struct lfunc *f, LLVMIntPredicate stay, s64 step, LLVMValueRef x, LLVMValueRef y,
                          LLVMValueRef *known) {
    LLVMTypeRef t = LLVMTypeOf(x);
    LLVMValueRef high = LLVMConstInt(t, (u64)1 << (LLVMGetIntTypeWidth(t) - 1), false), size, n;
    if (is_signed(stay)) {
        x = LLVMBuildXor(f->b, x, high, "");
        y = LLVMBuildXor(f->b, y, high, "");
    }
    if (step < 0) {
        x = LLVMBuildNot(f->b, x, "");
        y = LLVMBuildNot(f->b, y, "");
        step = -step;
    }
    *known = LLVMConstInt(f->lm->i1, 1, false);
    if (stay == LLVMIntNE) { /* it comes to y itself, maybe by way of 0 */
        size = LLVMConstInt(t, (u64)step, false);
        n = LLVMBuildSub(f->b, y, x, "");
        *known = LLVMBuildICmp(f->b, LLVMIntEQ, LLVMBuildURem(f->b, n, size, ""), LLVMConstNull(t), "");
        n = LLVMBuildUDiv(f->b, n, size, "");
    } else {
        n = rounds_below(f, holds_of_equals(stay), (u64)step, x, y, known);
    }
    return LLVMBuildZExt(f->b, n, f->lm->i64, "");
}
