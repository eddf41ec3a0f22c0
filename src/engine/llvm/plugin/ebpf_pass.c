/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ebpf_pass.c - how eBPF functions pass what belongs to a run.
 *
 *   native_ebpf   what a host enters, functions that nobody calls by name, and those that go on in another one by a
 * tail call: fuel and the number of frames are in struct ctx when they begin and when they end own           what
 * others here call:   { r0, fuel } (cx, fuel, r1 .. r5, frames, r10) without fuel where it is not counted. A
 * native_ebpf in front of it is for all others.
 *
 * In between cx->fuel and cx->depth are right when the environment or a helper is called, and not otherwise. So what a
 * call costs is numbers in registers, LLVM drops those that a function does not use, and a function that is put in
 * place of its call leaves nothing behind but the place in cx->shadow. */
#include "engine/llvm/plugin/inline.h"

enum { SWEEPS = 8 };

/* --- which functions are of which kind, and which may move regions --- */

static bool stays(const struct lfunc *f, u32 pc) {
    return is_in_place(f, pc) || inline_keeps_fuel(f, pc);
}

/* Helpers that may change cx->region, or what its rows say. */
static bool calls_others(struct lmodule *lm, u32 index) {
    struct lebpf x = {.u = &lm->ebpf->unit[index]};
    const struct lfunc f = {.lm = lm, .l = lm->l, .f = &lm->m->func[index], .index = index, .ebpf = &x};
    for (u32 pc = 0; pc < f.f->nslot; pc++) {
        u16 op = f.f->code[pc].op;
        if (op == OP_callx || ((op == OP_call || op == OP_callk) && (lm->l->exact_regs || !stays(&f, pc))))
            return true;
    }
    return false;
}

static bool calls_a_mover(const struct lmodule *lm, u32 index) {
    const struct func *f = &lm->m->func[index];
    for (u32 pc = 0; pc < f->nslot; pc++)
        if (f->code[pc].op == OP_callf && lm->ebpf->unit[f->code[pc].imm].moves)
            return true;
    return false;
}

void find_movers(struct lmodule *lm) {
    struct ebpf_unit *u = lm->ebpf->unit;
    bool changed = true;
    for (u32 f = 0; f < lm->m->nfunc; f++)
        u[f].moves = lm->m->func[f].typed || calls_others(lm, f);
    for (u32 n = 0; changed && n < SWEEPS; n++) {
        changed = false;
        for (u32 f = lm->m->nfunc; f-- > 0;)
            if (!u[f].moves && calls_a_mover(lm, f))
                u[f].moves = changed = true;
    }
    for (u32 f = 0; changed && f < lm->m->nfunc; f++) /* chains of which the end was not seen */
        u[f].moves |= u[f].calls;
}

bool moves_regions(const struct lfunc *f, u32 pc) {
    const struct insn *i = &f->f->code[pc];
    return i->op == OP_callf ? f->lm->ebpf->unit[i->imm].moves : !stays(f, pc);
}

/* --- types --- */

/* Of own functions, where fuel is counted: arguments. */
enum { CX, FUEL, REGS, FRAMES = REGS + 5, FRAME, ARGS };

static LLVMTypeRef result_type(const struct lmodule *lm) {
    LLVMTypeRef of[] = {lm->i64, lm->i64};
    return lm->l->fuel ? LLVMStructTypeInContext(lm->c, of, 2, false) : lm->i64;
}

static LLVMTypeRef own_type(const struct lmodule *lm) {
    LLVMTypeRef arg[ARGS];
    for (u32 k = 0; k < ARGS; k++)
        arg[k] = lm->i64;
    arg[CX] = lm->ptr;
    arg[FRAMES] = lm->i32;
    if (lm->l->fuel)
        return LLVMFunctionType(result_type(lm), arg, ARGS, false);
    arg[FUEL] = lm->ptr;
    return LLVMFunctionType(result_type(lm), arg + FUEL, ARGS - 1, false);
}

static LLVMValueRef call_own(struct lmodule *lm, LLVMBuilderRef b, u32 index, LLVMValueRef arg[ARGS]) {
    bool fuel = lm->l->fuel;
    if (!fuel)
        arg[FUEL] = arg[CX];
    return LLVMBuildCall2(b, own_type(lm), lm->fn[index], fuel ? arg : arg + FUEL, fuel ? ARGS : ARGS - 1, "");
}

static LLVMValueRef parameter(const struct lfunc *f, u32 k) {
    return LLVMGetParam(f->fn, f->lm->l->fuel ? k : k - 1);
}

void declare_function(struct lmodule *lm, u32 index) {
    struct ebpf_unit *u = &lm->ebpf->unit[index];
    u->own = u->ncall && !inline_has_tail(lm, index);
    lm->fn[index] = function_new(lm, index, "", u->own ? own_type(lm) : lm->ebpf_type);
    lm->enter[index] = u->own ? function_new(lm, index, ".enter", lm->ebpf_type) : lm->fn[index];
}

/* --- from the host --- */

void fill_enter(struct lmodule *lm, u32 index) {
    struct lfunc f = {
        .lm = lm, .l = lm->l, .e = lm->e, .fn = lm->enter[index], .cx = LLVMGetParam(lm->enter[index], 0)};
    LLVMValueRef arg[ARGS] = {f.cx}, call;
    f.b = LLVMCreateBuilderInContext(lm->c);
    block_on(&f, block_new(&f, "entry"));
    debug_wrapper(lm, f.fn, f.b);
    arg[FUEL] = ctx_get(&f, lm->i64, offsetof(struct ctx, fuel));
    for (u32 k = 0; k < 5; k++)
        arg[REGS + k] = LLVMGetParam(f.fn, k + 1);
    arg[FRAMES] = ctx_get(&f, lm->i32, offsetof(struct ctx, depth));
    arg[FRAME] = LLVMGetParam(f.fn, 6);
    call = call_own(lm, f.b, index, arg);
    call_attr(lm, call, "noinline", 0); /* few come this way, and tools want code under its function's name */
    if (lm->l->fuel) {
        ctx_set(&f, offsetof(struct ctx, fuel), LLVMBuildExtractValue(f.b, call, 1, ""));
        call = LLVMBuildExtractValue(f.b, call, 0, "");
    }
    ctx_set(&f, offsetof(struct ctx, depth), arg[FRAMES]);
    LLVMBuildRet(f.b, call);
    LLVMDisposeBuilder(f.b);
}

/* --- begin and end --- */

void take_arguments(struct lfunc *f) {
    const struct ebpf_unit *u = f->ebpf->u;
    for (u32 k = 0; k < 5; k++)
        reg_set(f, k + 1, TYPE_I64, u->own ? parameter(f, REGS + k) : LLVMGetParam(f->fn, k + 1));
    f->ebpf->r10 = u->own ? parameter(f, FRAME) : LLVMGetParam(f->fn, 6);
    reg_set(f, REG_FP, TYPE_I64, f->ebpf->r10);
    if (u->own && f->fuel)
        LLVMBuildStore(f->b, parameter(f, FUEL), f->fuel);
    if (u->own)
        f->depth = parameter(f, FRAMES);
    else if (u->calls)
        f->depth = ctx_get(f, f->lm->i32, offsetof(struct ctx, depth));
}

void return_r0(struct lfunc *f, LLVMValueRef r0) {
    LLVMValueRef all;
    if (f->ebpf->u->own && f->fuel) {
        all = LLVMBuildInsertValue(f->b, LLVMGetPoison(result_type(f->lm)), r0, 0, "");
        LLVMBuildRet(f->b, LLVMBuildInsertValue(f->b, all, fuel_seen(f), 1, ""));
        return;
    }
    if (!f->ebpf->u->own) {
        fuel_spill(f);
        depth_spill(f);
    }
    LLVMBuildRet(f->b, r0);
}

/* --- calls --- */

/* The place of this one, for whoever asks who called whom. */
static void note_place(struct lfunc *f) {
    LLVMValueRef most = ctx_fixed(f, f->lm->i32, offsetof(struct ctx, max_depth)), at;
    trap_if(f, LLVMBuildICmp(f->b, LLVMIntUGE, f->depth, most, ""), TRAP_CALL_DEPTH);
    at = LLVMBuildZExt(f->b, LLVMBuildSub(f->b, f->depth, k32(f->lm, 1), ""), f->lm->i64, "");
    at = LLVMBuildGEP2(f->b, f->lm->i64, at_offset(f, f->cx, offsetof(struct ctx, shadow)), &at, 1, "");
    of_runtime(f, LLVMBuildStore(f->b, k64(f->lm, place_of(f)), at));
}

static LLVMValueRef frame_below(struct lfunc *f) {
    LLVMValueRef size =
        f->l->frame_size
            ? k64(f->lm, f->l->frame_size)
            : LLVMBuildZExt(f->b, ctx_fixed(f, f->lm->i32, offsetof(struct ctx, frame_size)), f->lm->i64, "");
    return LLVMBuildSub(f->b, f->ebpf->r10, size, "");
}

LLVMValueRef call_entered(struct lfunc *f, LLVMValueRef fn) {
    LLVMValueRef arg[7] = {f->cx}, r0;
    note_place(f);
    for (u32 r = 1; r <= 5; r++)
        arg[r] = reg_get(f, r, TYPE_I64);
    arg[6] = frame_below(f);
    fuel_spill(f);
    ctx_set(f, offsetof(struct ctx, depth), LLVMBuildAdd(f->b, f->depth, k32(f->lm, 1), ""));
    r0 = LLVMBuildCall2(f->b, f->lm->ebpf_type, fn, arg, 7, "");
    fuel_reload(f);
    reload_rows(f);
    return r0;
}

/* LLVM does not see that this is the only call, since hosts may enter each function: it is to inline it, where it is
 * likely to be run. */
LLVMValueRef call_known(struct lfunc *f, u32 index) {
    const struct ebpf_unit *u = &f->lm->ebpf->unit[index];
    LLVMValueRef arg[ARGS] = {f->cx}, call;
    if (!u->own)
        return call_entered(f, f->lm->fn[index]);
    note_place(f);
    if (f->fuel)
        arg[FUEL] = fuel_seen(f);
    for (u32 k = 0; k < 5; k++)
        arg[REGS + k] = reg_get(f, k + 1, TYPE_I64);
    arg[FRAMES] = LLVMBuildAdd(f->b, f->depth, k32(f->lm, 1), "");
    arg[FRAME] = frame_below(f);
    call = call_own(f->lm, f->b, index, arg);
    if (u->ncall == 1 && (f->making == KIND_ONE || f->begins))
        call_attr(f->lm, call, "alwaysinline", 0);
    if (u->moves)
        reload_rows(f);
    else
        LLVMSetMetadata(call, f->lm->md_noalias, LLVMMetadataAsValue(f->lm->c, f->lm->scope[SCOPE_LIMITS]));
    if (!f->fuel)
        return call;
    fuel_take(f, LLVMBuildExtractValue(f->b, call, 1, ""));
    return LLVMBuildExtractValue(f->b, call, 0, "");
}
