/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ebpf_call.c - what eBPF functions call: helpers, and what a register names (ebpf_pass.c: functions by name). After a
 * call r1 .. r5 are 0. */
#include "engine/llvm/plugin/inline.h"

static void results(struct lfunc *f, LLVMValueRef r0) {
    reg_set(f, REG_R0, TYPE_I64, r0);
    for (u32 r = 1; r <= 5; r++)
        reg_set(f, r, TYPE_I64, k64(f->lm, 0));
}

/* cx and r1 .. r5 */
static void arguments(struct lfunc *f, LLVMValueRef *arg) {
    arg[0] = f->cx;
    for (u32 r = 1; r <= 5; r++)
        arg[r] = reg_get(f, r, TYPE_I64);
}

/* --- helpers --- */

static LLVMTypeRef helper_type(const struct lmodule *lm) {
    LLVMTypeRef arg[6] = {lm->ptr, lm->i64, lm->i64, lm->i64, lm->i64, lm->i64};
    return LLVMFunctionType(lm->i64, arg, 6, false);
}

LLVMValueRef call_helper(struct lfunc *f, LLVMValueRef h) {
    LLVMValueRef arg[6], fn = load_fixed(f, f->lm->ptr, h, offsetof(struct helper, fn)), r0, bad, v[2];
    LLVMBasicBlockRef trapped = block_new(f, "trapped"), on;
    arguments(f, arg);
    ctx_set(f, offsetof(struct ctx, callee), h);
    fuel_spill(f);
    depth_spill(f);
    r0 = LLVMBuildCall2(f->b, helper_type(f->lm), fn, arg, 6, "");
    call_attr(f->lm, r0, "nounwind", 0);
    bad = ctx_get(f, f->lm->i32, offsetof(struct ctx, trap));
    branch_rare(f, LLVMBuildICmp(f->b, LLVMIntNE, bad, k32(f->lm, 0), ""), trapped);
    on = LLVMGetInsertBlock(f->b);
    block_on(f, trapped);
    if (f->show) {
        reg_set(f, REG_R0, TYPE_I64, r0);
        f->show(f);
    }
    v[0] = k64(f->lm, place_of(f));
    v[1] = r0;
    v[0] = env_call(f, offsetof(struct native_env, trapped), f->lm->i64, v, 2);
    call_attr(f->lm, v[0], "cold", 0);
    fuel_reload(f);
    return_r0(f, v[0]);
    block_on(f, on);
    fuel_reload(f);
    reload_rows(f);
    return r0;
}

static void known_helper(struct lfunc *f, const struct helper *h, u32 kind, u32 index, u32 otherwise) {
    const struct ebpf_unit *u = f->ebpf->u;
    LLVMValueRef r0;
    if (!h)
        trap_now(f, otherwise);
    else if (is_in_place(f, f->pc))
        results(f, lower_lookup(f, &u->of[u->lookup[f->pc]]));
    else if ((r0 = inline_helper(f, h, kind, index)))
        results(f, r0);
    else if (inline_has_code(f, h))
        results(f, inline_code(f, h, kind, index));
    else {
        inline_tail_call(f, h);
        results(f, call_helper(f, bound(f, f->lm->ptr, kind, index)));
    }
}

/* --- what a register names --- */

/* Words of env->bind by the ids of helpers, 0xffffffff where there is none. */
static LLVMValueRef helper_words(struct lfunc *f) {
    struct lmodule *lm = f->lm;
    LLVMValueRef *of = arena_new(f->a, LLVMValueRef, f->l->nhelper + 1);
    if (lm->ebpf->helpers || !of)
        return lm->ebpf->helpers;
    for (u32 k = 0; k < f->l->nhelper; k++)
        of[k] = k32(lm, f->l->helper[k] ? bind_word(lm, BIND_HELPER, k) : NO_INDEX);
    return lm->ebpf->helpers = constant_new(lm, "helpers", LLVMConstArray2(lm->i32, of, f->l->nhelper));
}

/* eBPF functions by index, NULL where there is none. */
static LLVMValueRef function_table(struct lfunc *f) {
    struct lmodule *lm = f->lm;
    LLVMValueRef *of = arena_new(f->a, LLVMValueRef, lm->m->nfunc + 1);
    if (lm->ebpf->functions || !of)
        return lm->ebpf->functions;
    for (u32 k = 0; k < lm->m->nfunc; k++)
        of[k] = lm->m->func[k].typed ? LLVMConstNull(lm->ptr) : lm->enter[k];
    return lm->ebpf->functions = constant_new(lm, "functions", LLVMConstArray2(lm->ptr, of, lm->m->nfunc));
}

/* A helper's number, or the handle of a function. */
static void call_any(struct lfunc *f, const struct insn *i) {
    const struct lmodule *lm = f->lm;
    LLVMValueRef v = reg_get(f, i->b, TYPE_I64), words = helper_words(f), table = function_table(f), at, r[2], phi;
    LLVMBasicBlockRef helper = block_new(f, "helper"), function = block_new(f, "function"), done, from[2];
    if (!words || !table) {
        fail(f->e, E_NOMEM, NOWHERE, "out of memory");
        return;
    }
    LLVMBuildCondBr(f->b, LLVMBuildICmp(f->b, LLVMIntULT, v, k64(lm, f->l->nhelper), ""), helper, function);
    block_on(f, helper);
    at = LLVMBuildLoad2(f->b, lm->i32, LLVMBuildGEP2(f->b, lm->i32, words, &v, 1, ""), "");
    trap_if(f, LLVMBuildICmp(f->b, LLVMIntEQ, at, k32(lm, NO_INDEX), ""), TRAP_BAD_CALLEE);
    at = LLVMBuildZExt(f->b, at, lm->i64, "");
    at = LLVMBuildGEP2(f->b, lm->ptr, load_fixed(f, lm->ptr, f->env, offsetof(struct native_env, bind)), &at, 1, "");
    r[0] = call_helper(f, load_fixed(f, lm->ptr, at, 0));
    from[0] = LLVMGetInsertBlock(f->b);
    block_on(f, function);
    at = LLVMBuildSub(f->b, v, k64(lm, handle(TAG_FUNC, 0)), "");
    trap_if(f, LLVMBuildICmp(f->b, LLVMIntUGE, at, k64(lm, lm->m->nfunc), ""), TRAP_BAD_CALLEE);
    at = LLVMBuildLoad2(f->b, lm->ptr, LLVMBuildGEP2(f->b, lm->ptr, table, &at, 1, ""), "");
    trap_if(f, LLVMBuildICmp(f->b, LLVMIntEQ, at, LLVMConstNull(lm->ptr), ""), TRAP_BAD_CALLEE);
    r[1] = call_entered(f, at);
    from[1] = LLVMGetInsertBlock(f->b);
    done = block_new(f, "");
    branch(f, done);
    block_on(f, from[0]);
    branch(f, done);
    block_on(f, done);
    phi = LLVMBuildPhi(f->b, lm->i64, "");
    LLVMAddIncoming(phi, r, from, 2);
    results(f, phi);
}

bool lower_ebpf_call(struct lfunc *f, const struct insn *i) {
    const struct link_view *l = f->l;
    u32 id = (u32)i->imm;
    switch (i->op) {
    case OP_call:
        known_helper(f, id < l->nhelper ? l->helper[id] : NULL, BIND_HELPER, id, TRAP_BAD_HELPER);
        return true;
    case OP_callk: known_helper(f, l->import ? l->import[id] : NULL, BIND_IMPORT, id, TRAP_UNRESOLVED); return true;
    case OP_callf: results(f, call_known(f, id)); return true;
    case OP_callx: call_any(f, i); return true;
    case OP_exit: return_r0(f, reg_get(f, REG_R0, TYPE_I64)); return true;
    default: return false;
    }
}
