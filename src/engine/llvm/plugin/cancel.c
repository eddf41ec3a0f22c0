/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* cancel.c - differences of addresses become offsets.
 *
 * An access is compared with its region by what lies between its address and the region's begin. That the address was
 * made of the begin, or both of r10, LLVM sees only where one is the other plus something: sums that other instructions
 * use too it does not take apart. Here all of both is taken apart, and what stands in both is left out. */
#include "engine/llvm/plugin/lower.h"

enum { MOST_TERMS = 6, MOST_DEPTH = 8 };
struct sum {
    LLVMValueRef term[MOST_TERMS];
    s32 times[MOST_TERMS]; /* 0: it has cancelled */
    u32 n;
    u64 number;
    bool large;
};

static void add_term(struct sum *s, LLVMValueRef v, s32 times) {
    u32 k;
    for (k = 0; k < s->n && s->term[k] != v; k++)
        ;
    if (k == MOST_TERMS) {
        s->large = true;
        return;
    }
    if (k == s->n) {
        s->term[s->n++] = v;
        s->times[k] = 0;
    }
    s->times[k] += times;
}

static void take_apart(struct sum *s, LLVMValueRef v, s32 times, u32 depth) {
    LLVMOpcode op = LLVMIsAInstruction(v) ? LLVMGetInstructionOpcode(v) : 0;
    if (LLVMIsAConstantInt(v)) {
        s->number += (u64)times * LLVMConstIntGetZExtValue(v);
    } else if (depth < MOST_DEPTH && (op == LLVMAdd || op == LLVMSub)) {
        take_apart(s, LLVMGetOperand(v, 0), times, depth + 1);
        take_apart(s, LLVMGetOperand(v, 1), op == LLVMAdd ? times : -times, depth + 1);
    } else {
        add_term(s, v, times);
    }
}

/* Is something left out, and the rest a sum of few? */
static bool is_shorter(const struct sum *s) {
    u32 left = 0, gone = 0;
    for (u32 k = 0; k < s->n; k++) {
        left += s->times[k] != 0;
        gone += s->times[k] == 0;
        if (s->times[k] < 0 || s->times[k] > 1)
            return false;
    }
    return !s->large && gone && left <= 2;
}

static void difference(const struct lmodule *lm, LLVMBuilderRef b, LLVMValueRef i) {
    struct sum s = {0};
    LLVMValueRef v = NULL;
    take_apart(&s, i, 1, 0);
    if (!is_shorter(&s))
        return;
    LLVMPositionBuilderBefore(b, i);
    for (u32 k = 0; k < s.n; k++)
        if (s.times[k])
            v = v ? LLVMBuildAdd(b, v, s.term[k], "") : s.term[k];
    v = v ? LLVMBuildAdd(b, v, k64(lm, s.number), "") : k64(lm, s.number);
    LLVMReplaceAllUsesWith(i, v);
}

void cancel(const struct lmodule *lm) {
    LLVMBuilderRef b = LLVMCreateBuilderInContext(lm->c);
    for (LLVMValueRef f = LLVMGetFirstFunction(lm->mod); f; f = LLVMGetNextFunction(f))
        for (LLVMBasicBlockRef k = LLVMGetFirstBasicBlock(f); k; k = LLVMGetNextBasicBlock(k))
            for (LLVMValueRef i = LLVMGetFirstInstruction(k); i; i = LLVMGetNextInstruction(i))
                if (LLVMGetInstructionOpcode(i) == LLVMSub && LLVMTypeOf(i) == lm->i64)
                    difference(lm, b, i);
    LLVMDisposeBuilder(b);
}
