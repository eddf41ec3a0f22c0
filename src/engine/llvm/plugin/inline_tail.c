/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* inline_tail.c - tail calls into functions of the same program: the runtime says which one an entry of the array is
 * and counts, and code goes there in the frame that it has. What else bpf_tail_call may find leaves by the helper. */
#include "engine/llvm/plugin/inline.h"
#include <string.h>

enum { HELPER_TAIL_CALL = 12 }; /* Linux UAPI: bpf_tail_call */

static bool is_tail_call(const struct helper *h) {
    return h && h->id == HELPER_TAIL_CALL && h->arg[1] == ARG_MAP && h->arg[2] == ARG_ANY && !h->user && !h->kinds &&
           h->result == RET_SCALAR;
}

/* Machines on which LLVM always makes a jump of such a call, those that there is a runtime for: of others it may end
 * the process where it cannot. */
static bool jumps(const struct lmodule *lm) {
    static const char *const machine[] = {"x86_64-", "aarch64-", "riscv64-"};
    const char *triple = LLVMGetTarget(lm->mod);
    for (u32 k = 0; k < COUNT(machine); k++)
        if (!strncmp(triple, machine[k], strlen(machine[k])))
            return true;
    return false;
}

bool inline_has_tail(const struct lmodule *lm, u32 index) {
    const struct func *f = &lm->m->func[index];
    for (u32 pc = 0; pc < f->nslot; pc++) {
        const struct insn *i = &f->code[pc];
        u32 id = (u32)i->imm;
        if ((i->op == OP_call && id < lm->l->nhelper && is_tail_call(lm->l->helper[id])) ||
            (i->op == OP_callk && lm->l->import && is_tail_call(lm->l->import[id])))
            return jumps(lm);
    }
    return false;
}

void inline_tail_call(struct lfunc *f, const struct helper *h) {
    const struct lmodule *lm = f->lm;
    LLVMBasicBlockRef go, on;
    LLVMValueRef r[3], arg[7], to, v;
    if (!is_tail_call(h) || !jumps(lm))
        return;
    go = block_new(f, "tail");
    on = block_new(f, "");
    for (u32 k = 0; k < 3; k++)
        r[k] = reg_get(f, k + 1, TYPE_I64);
    fuel_spill(f);
    to = env_call(f, offsetof(struct native_env, tail), lm->ptr, r, 3);
    LLVMBuildCondBr(f->b, LLVMBuildICmp(f->b, LLVMIntNE, to, LLVMConstNull(lm->ptr), ""), go, on);
    block_on(f, go);
    arg[0] = f->cx;
    for (u32 k = 0; k < 5; k++)
        arg[k + 1] = ctx_get(f, lm->i64, offsetof(struct ctx, arg) + 8 * k);
    arg[6] = f->ebpf->r10;
    v = LLVMBuildCall2(f->b, lm->ebpf_type, to, arg, 7, "");
    LLVMSetTailCallKind(v, LLVMTailCallKindMustTail);
    LLVMBuildRet(f->b, v);
    block_on(f, on);
}
