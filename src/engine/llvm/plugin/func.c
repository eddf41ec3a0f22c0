/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* func.c - a function on its way: registers, blocks, traps, struct ctx and the environment; its begin and its end. */
#include "engine/llvm/plugin/lower.h"

/* --- registers --- */

LLVMValueRef alloca_at_entry(struct lfunc *f, LLVMTypeRef t, const char *name) {
    LLVMBasicBlockRef here = LLVMGetInsertBlock(f->b);
    LLVMValueRef v;
    LLVMPositionBuilderBefore(f->b, f->alloca_end);
    v = LLVMBuildAlloca(f->b, t, name);
    LLVMPositionBuilderAtEnd(f->b, here);
    return v;
}

LLVMValueRef as_letter(struct lfunc *f, LLVMValueRef v, char from, char to) {
    const struct lmodule *lm = f->lm;
    LLVMTypeRef have = LLVMTypeOf(v), want = type_of_letter(lm, to);
    (void)from;
    if (have == want)
        return v;
    if (have == lm->f32 || have == lm->f64) {
        have = have == lm->f32 ? lm->i32 : lm->i64;
        v = LLVMBuildBitCast(f->b, v, have, "");
    }
    if (want == lm->f32 || want == lm->f64) {
        LLVMTypeRef bits = want == lm->f32 ? lm->i32 : lm->i64;
        v = LLVMBuildIntCast2(f->b, v, bits, false, "");
        return LLVMBuildBitCast(f->b, v, want, "");
    }
    return LLVMBuildIntCast2(f->b, v, want, false, "");
}

/* The letter that register r's alloca has. */
static char letter_of(const struct lfunc *f, u32 r) {
    return f->f->reg_type ? (char)f->f->reg_type[r] : TYPE_I64;
}

LLVMValueRef reg_get(struct lfunc *f, u32 r, char letter) {
    const struct lmodule *lm = f->lm;
    if (letter == TYPE_V128 && f->reg_type[r] != lm->v128) { /* two slots of any type */
        LLVMTypeRef pair = LLVMVectorType(lm->i64, 2);
        LLVMValueRef v = LLVMGetUndef(pair);
        v = LLVMBuildInsertElement(f->b, v, reg_get(f, r, TYPE_I64), k32(lm, 0), "");
        v = LLVMBuildInsertElement(f->b, v, reg_get(f, r + 1, TYPE_I64), k32(lm, 1), "");
        return LLVMBuildBitCast(f->b, v, lm->v128, "");
    }
    return as_letter(f, LLVMBuildLoad2(f->b, f->reg_type[r], f->reg[r], ""), letter_of(f, r), letter);
}

void reg_set(struct lfunc *f, u32 r, char letter, LLVMValueRef v) {
    const struct lmodule *lm = f->lm;
    if (LLVMTypeOf(v) == lm->v128 && f->reg_type[r] != lm->v128) {
        v = LLVMBuildBitCast(f->b, v, LLVMVectorType(lm->i64, 2), "");
        reg_set(f, r, TYPE_I64, LLVMBuildExtractElement(f->b, v, k32(lm, 0), ""));
        reg_set(f, r + 1, TYPE_I64, LLVMBuildExtractElement(f->b, v, k32(lm, 1), ""));
        return;
    }
    LLVMBuildStore(f->b, as_letter(f, v, letter, letter_of(f, r)), f->reg[r]);
}

/* --- control --- */

LLVMBasicBlockRef block_new(struct lfunc *f, const char *name) {
    return LLVMAppendBasicBlockInContext(f->lm->c, f->fn, name);
}

void block_on(struct lfunc *f, LLVMBasicBlockRef b) {
    LLVMPositionBuilderAtEnd(f->b, b);
}

void branch_rare(struct lfunc *f, LLVMValueRef cond, LLVMBasicBlockRef rare) {
    LLVMBasicBlockRef on = block_new(f, "");
    LLVMValueRef br = LLVMBuildCondBr(f->b, cond, rare, on);
    LLVMMoveBasicBlockAfter(on, LLVMGetInsertBlock(f->b));
    LLVMSetMetadata(br, f->lm->md_prof, LLVMMetadataAsValue(f->lm->c, f->lm->rare));
    block_on(f, on);
}

void branch(struct lfunc *f, LLVMBasicBlockRef to) {
    LLVMBuildBr(f->b, to);
}

u64 place_of(const struct lfunc *f) {
    if (f->typed && f->lm->place_bits)
        return 1 + ((u64)f->index << f->lm->place_bits | f->pc);
    return native_place(f->index, f->pc);
}

/* One block of the function traps for all places: they come with the number of their instruction and their trap. */
static void trap_block(struct lfunc *f) {
    LLVMBasicBlockRef here = LLVMGetInsertBlock(f->b);
    f->trap = block_new(f, "trap");
    block_on(f, f->trap);
    f->trap_pc = LLVMBuildPhi(f->b, f->lm->i64, "place");
    f->trap_code = LLVMBuildPhi(f->b, f->lm->i32, "code");
    if (f->owe)
        f->trap_owe = LLVMBuildPhi(f->b, f->lm->i64, "owe");
    fuel_spill_owed(f, f->owe ? f->trap_owe : k64(f->lm, 0));
    env_leave(f, offsetof(struct native_env, trap), (LLVMValueRef[]){f->trap_pc, f->trap_code}, 2);
    block_on(f, here);
}

static void trap_from_here(struct lfunc *f, u32 trap) {
    LLVMBasicBlockRef here = LLVMGetInsertBlock(f->b);
    LLVMValueRef place = k64(f->lm, place_of(f)), code = k32(f->lm, trap);
    LLVMAddIncoming(f->trap_pc, &place, &here, 1);
    LLVMAddIncoming(f->trap_code, &code, &here, 1);
    if (f->owe) {
        LLVMValueRef owe = k64(f->lm, (u64)owed(f));
        LLVMAddIncoming(f->trap_owe, &owe, &here, 1);
    }
}

/* With registers to be shown each place has a block of its own. */
static LLVMBasicBlockRef own_trap(struct lfunc *f, u32 trap) {
    LLVMBasicBlockRef here = LLVMGetInsertBlock(f->b), b = block_new(f, "trap");
    block_on(f, b);
    fuel_spill(f);
    f->show(f);
    env_leave(f, offsetof(struct native_env, trap), (LLVMValueRef[]){k64(f->lm, place_of(f)), k32(f->lm, trap)}, 2);
    block_on(f, here);
    return b;
}

void trap_if(struct lfunc *f, LLVMValueRef cond, u32 trap) {
    if (LLVMIsAConstantInt(cond) && !LLVMConstIntGetZExtValue(cond))
        return;
    if (f->show) {
        branch_rare(f, cond, own_trap(f, trap));
        return;
    }
    if (!f->trap)
        trap_block(f);
    trap_from_here(f, trap);
    branch_rare(f, cond, f->trap);
}

void trap_now(struct lfunc *f, u32 trap) {
    if (f->show) {
        branch(f, own_trap(f, trap));
    } else {
        if (!f->trap)
            trap_block(f);
        trap_from_here(f, trap);
        branch(f, f->trap);
    }
    block_on(f, block_new(f, ""));
}

/* --- struct ctx and the environment --- */

LLVMValueRef at_offset(struct lfunc *f, LLVMValueRef p, u64 off) {
    LLVMValueRef k = k64(f->lm, off);
    return off ? LLVMBuildGEP2(f->b, f->lm->i8, p, &k, 1, "") : p;
}

void of_scope(struct lfunc *f, LLVMValueRef access, enum scope s) {
    LLVMSetMetadata(access, f->lm->md_scope, LLVMMetadataAsValue(f->lm->c, f->lm->scope[s]));
    LLVMSetMetadata(access, f->lm->md_noalias, LLVMMetadataAsValue(f->lm->c, f->lm->others[s]));
}
void of_runtime(struct lfunc *f, LLVMValueRef access) {
    LLVMSetMetadata(access, f->lm->md_scope, LLVMMetadataAsValue(f->lm->c, f->lm->scope[SCOPE_RUNTIME]));
}
void of_guest(struct lfunc *f, LLVMValueRef access) {
    LLVMSetMetadata(access, f->lm->md_noalias, LLVMMetadataAsValue(f->lm->c, f->lm->host));
}

LLVMValueRef load_runtime(struct lfunc *f, LLVMTypeRef t, LLVMValueRef p, u64 off) {
    LLVMValueRef v = LLVMBuildLoad2(f->b, t, at_offset(f, p, off), "");
    of_runtime(f, v);
    return v;
}

LLVMValueRef load_fixed(struct lfunc *f, LLVMTypeRef t, LLVMValueRef p, u64 off) {
    LLVMValueRef v = load_runtime(f, t, p, off);
    LLVMSetMetadata(v, f->lm->md_invariant, LLVMMetadataAsValue(f->lm->c, f->lm->empty));
    return v;
}

LLVMValueRef load_limit(struct lfunc *f, LLVMTypeRef t, LLVMValueRef p, u64 off) {
    LLVMValueRef v = LLVMBuildLoad2(f->b, t, at_offset(f, p, off), "");
    of_scope(f, v, SCOPE_LIMITS);
    return v;
}

LLVMValueRef ctx_get(struct lfunc *f, LLVMTypeRef t, size_t off) {
    return load_runtime(f, t, f->cx, off);
}

LLVMValueRef ctx_fixed(struct lfunc *f, LLVMTypeRef t, size_t off) {
    return load_fixed(f, t, f->cx, off);
}

void ctx_set(struct lfunc *f, size_t off, LLVMValueRef v) {
    of_runtime(f, LLVMBuildStore(f->b, v, at_offset(f, f->cx, off)));
}

void depth_spill(struct lfunc *f) {
    if (f->depth)
        ctx_set(f, offsetof(struct ctx, depth), f->depth);
}

static LLVMValueRef call_through(struct lfunc *f, size_t off, LLVMTypeRef ret, LLVMValueRef *arg, u32 n) {
    LLVMTypeRef type[8];
    /* Calls out are rare: what they need shall not be kept in registers for them. */
    LLVMValueRef v[8], fn = load_runtime(f, f->lm->ptr, ctx_get(f, f->lm->ptr, offsetof(struct ctx, env)), off), call;
    u32 k;
    v[0] = f->cx;
    for (k = 0; k < n; k++)
        v[k + 1] = arg[k];
    depth_spill(f);
    for (k = 0; k <= n; k++)
        type[k] = LLVMTypeOf(v[k]);
    call = LLVMBuildCall2(f->b, LLVMFunctionType(ret, type, n + 1, false), fn, v, n + 1, "");
    call_attr(f->lm, call, "nounwind", 0);
    return call;
}

LLVMValueRef env_call(struct lfunc *f, size_t off, LLVMTypeRef ret, LLVMValueRef *arg, u32 n) {
    return call_through(f, off, ret, arg, n);
}

LLVMValueRef env_call_out(struct lfunc *f, size_t off, LLVMTypeRef ret, LLVMValueRef *arg, u32 n) {
    LLVMValueRef v;
    fuel_spill(f);
    v = call_through(f, off, ret, arg, n);
    fuel_reload(f);
    return v;
}

void env_leave(struct lfunc *f, size_t off, LLVMValueRef *arg, u32 n) {
    LLVMValueRef call = call_through(f, off, f->lm->tvoid, arg, n);
    call_attr(f->lm, call, "noreturn", 0);
    call_attr(f->lm, call, "cold", 0);
    LLVMBuildUnreachable(f->b);
}

LLVMValueRef bound(struct lfunc *f, LLVMTypeRef t, u32 kind, u32 index) {
    LLVMValueRef words = load_fixed(f, f->lm->ptr, f->env, offsetof(struct native_env, bind));
    LLVMValueRef v = load_fixed(f, t, words, 8 * (u64)bind_word(f->lm, kind, index));
    if (kind == BIND_MAP_VALUE)
        LLVMSetMetadata(v, f->lm->md_range, LLVMMetadataAsValue(f->lm->c, f->lm->addresses));
    return v;
}

/* --- the function --- */

int out_of_memory(struct lfunc *f) {
    return fail(f->e, E_NOMEM, NOWHERE, "out of memory to compile %s", f->f->name ? f->f->name : "a function");
}

static void make_registers(struct lfunc *f) {
    for (u32 r = 0; r < f->f->nreg; r++) {
        char letter = letter_of(f, r);
        if (letter == TYPE_VHIGH)
            continue;
        f->reg_type[r] = type_of_letter(f->lm, letter);
        f->reg[r] = LLVMBuildAlloca(f->b, f->reg_type[r], "");
    }
}

static void zero_registers(struct lfunc *f) {
    for (u32 r = 0; r < f->f->nreg; r++)
        if (f->reg[r])
            LLVMBuildStore(f->b, LLVMConstNull(f->reg_type[r]), f->reg[r]);
}

int lfunc_begin(struct lfunc *f, LLVMValueRef cx) {
    LLVMBasicBlockRef start;
    u32 n;
    if (!f->g.blk && (cfg_build(&f->g, f->f, f->a, f->e) || live_build(&f->live, f->f, &f->g, f->a, f->e)))
        return f->e->code;
    n = f->g.nblk;
    f->blk = arena_new(f->a, LLVMBasicBlockRef, n);
    f->past = arena_new(f->a, LLVMBasicBlockRef, n);
    f->reg = arena_new(f->a, LLVMValueRef, f->f->nreg);
    f->reg_type = arena_new(f->a, LLVMTypeRef, f->f->nreg);
    if (!f->blk || !f->past || !f->reg || !f->reg_type)
        return out_of_memory(f);
    f->cx = cx;
    f->b = LLVMCreateBuilderInContext(f->lm->c);
    f->entry = block_new(f, "entry");
    block_on(f, f->entry);
    make_registers(f);
    f->looks = f->l->fuel && !f->bounded;
    if (f->l->fuel) {
        f->fuel = LLVMBuildAlloca(f->b, f->lm->i64, "fuel");
        f->cost = LLVMBuildAlloca(f->b, f->lm->i64, "cost");
    }
    /* allocas that are made later stand in front of this branch */
    start = block_new(f, "start");
    f->alloca_end = LLVMBuildBr(f->b, start);
    block_on(f, start);
    for (u32 b = 0; b < n; b++) {
        if (!f->g.blk[b].reachable)
            continue;
        f->blk[b] = f->past[b] = block_new(f, "");
        f->past[b] = block_new(f, "");
    }
    f->env = ctx_fixed(f, f->lm->ptr, offsetof(struct ctx, env));
    zero_registers(f);
    if (f->fuel)
        LLVMBuildStore(f->b, k64(f->lm, 0), f->cost);
    fuel_reload(f);
    return 0;
}

void lfunc_end(struct lfunc *f) {
    if (f->b)
        LLVMDisposeBuilder(f->b);
    f->b = NULL;
}
