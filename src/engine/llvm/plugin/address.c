/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* address.c - behind all passes: places that were offsets for LLVM's sake are addresses again.
 *
 * A place in a region is the region's begin and what lies between the two (ebpf_mem.c), which LLVM may not take for the
 * address that it was made of: a pointer knows what it points into. Where the begin has not cancelled, what is left is
 * a subtraction that each access waits for. Where a loop counts with the address it stays: LLVM does not see that in a
 * number made a pointer. */
#include "engine/llvm/plugin/lower.h"

static bool is(LLVMValueRef v, LLVMOpcode op) {
    return LLVMIsAInstruction(v) && LLVMGetInstructionOpcode(v) == op;
}

/* Is pointer p number v? */
static bool same(LLVMValueRef p, LLVMValueRef v) {
    return (is(p, LLVMIntToPtr) && LLVMGetOperand(p, 0) == v) || (is(v, LLVMPtrToInt) && LLVMGetOperand(v, 0) == p);
}

/* Is v a place begin + (address - begin)? */
static bool is_place(const struct lmodule *lm, LLVMValueRef v) {
    LLVMValueRef off = is(v, LLVMGetElementPtr) && LLVMGetNumOperands(v) == 2 ? LLVMGetOperand(v, 1) : NULL;
    return off && LLVMGetGEPSourceElementType(v) == lm->i8 && is(off, LLVMSub) &&
           same(LLVMGetOperand(v, 0), LLVMGetOperand(off, 1));
}

static LLVMValueRef without_constants(LLVMValueRef v) {
    while (is(v, LLVMAdd) && LLVMIsAConstantInt(LLVMGetOperand(v, 1)))
        v = LLVMGetOperand(v, 0);
    return v;
}

static bool is_counted(LLVMValueRef v) {
    LLVMValueRef phi = without_constants(v);
    for (u32 k = 0; is(phi, LLVMPHI) && k < LLVMCountIncoming(phi); k++)
        if (without_constants(LLVMGetIncomingValue(phi, k)) == phi)
            return true;
    return false;
}

void addresses(const struct lmodule *lm) {
    LLVMBuilderRef b = LLVMCreateBuilderInContext(lm->c);
    for (LLVMValueRef f = LLVMGetFirstFunction(lm->mod); f; f = LLVMGetNextFunction(f))
        for (LLVMBasicBlockRef k = LLVMGetFirstBasicBlock(f); k; k = LLVMGetNextBasicBlock(k))
            for (LLVMValueRef i = LLVMGetFirstInstruction(k); i; i = LLVMGetNextInstruction(i)) {
                LLVMValueRef off = is_place(lm, i) ? LLVMGetOperand(i, 1) : NULL;
                if (!off || is_counted(LLVMGetOperand(off, 0)))
                    continue;
                LLVMPositionBuilderBefore(b, i);
                LLVMReplaceAllUsesWith(i, LLVMBuildIntToPtr(b, LLVMGetOperand(off, 0), lm->ptr, ""));
            }
    LLVMDisposeBuilder(b);
}
