/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* learn.c - choices that a processor learns become branches, though fuel counts by them too.
 *
 * What depends on a number that was just loaded is known late, and a branch need not wait for it. LLVM makes one of a
 * select then, but not where its compare has another use: it takes that for a choice too. Where one way costs another
 * number of instructions (prepay.c), fuel is that use. Here such selects are told to be predictable. Behind all passes
 * for they would take it for what is known of the program. */
#include "engine/llvm/plugin/lower.h"

static bool is_op(LLVMValueRef v, LLVMOpcode op) {
    return LLVMIsAInstruction(v) && LLVMGetInstructionOpcode(v) == op;
}

static LLVMValueRef only_user(LLVMValueRef v) {
    LLVMUseRef u = LLVMGetFirstUse(v);
    return u && !LLVMGetNextUse(u) ? LLVMGetUser(u) : NULL;
}

/* Is it x + a constant, one way or the other, or two constants? What fuel may be. */
static bool is_step(const struct lmodule *lm, LLVMValueRef s) {
    LLVMValueRef x = LLVMGetOperand(s, 1), y = LLVMGetOperand(s, 2);
    if (LLVMTypeOf(s) != lm->i64)
        return false;
    if (is_op(x, LLVMAdd) && LLVMGetOperand(x, 0) == y && LLVMIsAConstantInt(LLVMGetOperand(x, 1)))
        return true;
    if (is_op(y, LLVMAdd) && LLVMGetOperand(y, 0) == x && LLVMIsAConstantInt(LLVMGetOperand(y, 1)))
        return true;
    return LLVMIsAConstantInt(x) && LLVMIsAConstantInt(y);
}

/* Is v, of a compare, loaded for it alone? */
static bool is_fresh(LLVMValueRef v, LLVMValueRef compare) {
    return is_op(v, LLVMLoad) && only_user(v) == compare &&
           LLVMGetInstructionParent(v) == LLVMGetInstructionParent(compare);
}

/* Does fuel count by the compare, and something else is chosen by it? */
static bool counts(const struct lmodule *lm, LLVMValueRef compare) {
    u32 choices = 0, steps = 0;
    for (LLVMUseRef u = LLVMGetFirstUse(compare); u; u = LLVMGetNextUse(u)) {
        LLVMValueRef by = LLVMGetUser(u);
        if (LLVMGetInstructionParent(by) != LLVMGetInstructionParent(compare))
            return false;
        if (is_op(by, LLVMSelect) && LLVMGetOperand(by, 0) == compare && !is_step(lm, by))
            choices++;
        else if (LLVMTypeOf(by) == lm->i64 && (is_op(by, LLVMZExt) || is_op(by, LLVMSExt) || is_op(by, LLVMSelect)))
            steps++;
        else
            return false;
    }
    return choices && steps;
}

static void tell(const struct lmodule *lm, LLVMValueRef compare) {
    for (LLVMUseRef u = LLVMGetFirstUse(compare); u; u = LLVMGetNextUse(u))
        if (is_op(LLVMGetUser(u), LLVMSelect))
            LLVMSetMetadata(LLVMGetUser(u), lm->md_prof, LLVMMetadataAsValue(lm->c, lm->rare));
}

void learn(const struct lmodule *lm) {
    for (LLVMValueRef f = LLVMGetFirstFunction(lm->mod); f; f = LLVMGetNextFunction(f))
        for (LLVMBasicBlockRef k = LLVMGetFirstBasicBlock(f); k; k = LLVMGetNextBasicBlock(k))
            for (LLVMValueRef i = LLVMGetFirstInstruction(k); i; i = LLVMGetNextInstruction(i))
                if (is_op(i, LLVMICmp) && LLVMTypeOf(i) == lm->i1 &&
                    (is_fresh(LLVMGetOperand(i, 0), i) || is_fresh(LLVMGetOperand(i, 1), i)) && counts(lm, i))
                    tell(lm, i);
}
