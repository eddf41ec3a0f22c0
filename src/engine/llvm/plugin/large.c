/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* large.c - programs that LLVM would take long for: some of its passes take time that grows with the square of what
 * they look at.
 *
 *   lm->large      a function has more than LARGE instructions. On x86-64 it is compiled without AVX-512's bytes and
 * words: where they are there, a pass asks of chains of values whether they can live in mask registers (13,000
 *                  instructions: 9 s, for nothing).
 *   lm->straight   most instructions stand in straight code of more than LONG: passes for loops and calls find nothing
 * there, and choosing an order of instructions by all of them is not worth its time. cut_blocks()   straight code in
 * pieces, for what chooses and orders machine instructions block by block. */
#include "engine/llvm/plugin/lower.h"

enum { LARGE = 1024, LONG = 1024, PIECE = 512 };

struct sizes {
    u32 largest; /* of functions */
    u64 all, straight;
};

static void add_run(struct sizes *s, u32 run) {
    s->straight += run > LONG ? run : 0;
}

void measure(struct lmodule *lm) {
    struct sizes s = {0};
    for (u32 k = 0; k < lm->m->nfunc; k++) {
        const struct func *f = &lm->m->func[k];
        u32 from = 0;
        if (f->imported || !f->code)
            continue;
        s.largest = f->nslot > s.largest ? f->nslot : s.largest;
        s.all += f->nslot;
        for (u32 pc = 0; pc < f->nslot; pc++)
            if (isa_ends_block(f->code[pc].op)) {
                add_run(&s, pc - from);
                from = pc + 1;
            }
        add_run(&s, f->nslot - from);
    }
    lm->large = s.largest > LARGE;
    lm->straight = s.straight > s.all / 2;
}

/* --- pieces --- */

struct cutter {
    struct lmodule *lm;
    LLVMBuilderRef b;
    LLVMValueRef fn;
};

/* 1, of which LLVM knows nothing, made by what it does not leave out. */
static LLVMValueRef unknown(struct cutter *c) {
    LLVMValueRef one = k32(c->lm, 1);
    LLVMTypeRef t = LLVMFunctionType(c->lm->i32, &c->lm->i32, 1, false);
    LLVMValueRef nothing = LLVMGetInlineAsm(t, "", 0, "=r,0", 4, true, false, LLVMInlineAsmDialectATT, false);
    return LLVMBuildCall2(c->b, t, nothing, &one, 1, "");
}

/* What stands in front of `at` goes into a block of its own, which whoever came to b comes to. From there a second way
 * leads to b, past something that is never done: so LLVM does not put the two together again. */
static void cut(struct cutter *c, LLVMBasicBlockRef b, LLVMValueRef at) {
    struct lmodule *lm = c->lm;
    LLVMBasicBlockRef head = LLVMInsertBasicBlockInContext(lm->c, b, "");
    LLVMBasicBlockRef aside = LLVMAppendBasicBlockInContext(lm->c, c->fn, "");
    LLVMValueRef last = LLVMGetBasicBlockTerminator(b), i;
    LLVMPositionBuilderAtEnd(c->b, head);
    while ((i = LLVMGetFirstInstruction(b)) != at) {
        LLVMInstructionRemoveFromParent(i);
        LLVMInsertIntoBuilder(c->b, i);
    }
    LLVMInstructionRemoveFromParent(last); /* so phis of the blocks behind go on to name b */
    LLVMReplaceAllUsesWith(LLVMBasicBlockAsValue(b), LLVMBasicBlockAsValue(head));
    LLVMPositionBuilderAtEnd(c->b, b);
    LLVMInsertIntoBuilder(c->b, last);
    LLVMPositionBuilderAtEnd(c->b, head);
    i = LLVMBuildCondBr(c->b, LLVMBuildICmp(c->b, LLVMIntEQ, unknown(c), k32(lm, 0), ""), aside, b);
    LLVMSetMetadata(i, lm->md_prof, LLVMMetadataAsValue(lm->c, lm->rare));
    LLVMPositionBuilderAtEnd(c->b, aside);
    unknown(c);
    LLVMBuildBr(c->b, b);
}

static void cut_block(struct cutter *c, LLVMBasicBlockRef b) {
    u32 all = 0, n = 0;
    for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i))
        all++;
    for (LLVMValueRef i = LLVMGetFirstInstruction(b), next; i && all > 2 * PIECE; i = next) {
        next = LLVMGetNextInstruction(i);
        if (LLVMIsAPHINode(i) || LLVMIsAAllocaInst(i) || ++n < PIECE)
            continue;
        cut(c, b, i);
        all -= n;
        n = 0;
    }
}

void cut_blocks(struct lmodule *lm) {
    struct cutter c = {.lm = lm, .b = LLVMCreateBuilderInContext(lm->c)};
    for (c.fn = LLVMGetFirstFunction(lm->mod); c.fn; c.fn = LLVMGetNextFunction(c.fn))
        for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(c.fn); b; b = LLVMGetNextBasicBlock(b))
            cut_block(&c, b);
    LLVMDisposeBuilder(c.b);
}
