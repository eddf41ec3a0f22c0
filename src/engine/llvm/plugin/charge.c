/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* charge.c - fuel is subtracted, and looked at where it may run out. It is a value of the function's own, which struct
 * ctx gets where others see it. */
#include "engine/llvm/plugin/lower.h"
#include <llvm/Config/llvm-config.h>
#include <string.h>

/* Of calls that read anything, and change struct ctx and what is their own alone: LLVM's memory(read, argmem:
 * readwrite, inaccessiblemem: readwrite). */
enum {
    READ = 1,
    READ_WRITE = 3,
    CHANGES_CTX = READ_WRITE | READ_WRITE << 2 | READ << 4 | (LLVM_VERSION_MAJOR > 20 ? READ << 6 : 0)
};

static unsigned keeps_registers(const struct lmodule *lm) {
    char *triple = LLVMGetTargetMachineTriple(lm->tm);
    bool known = !strncmp(triple, "x86_64", 6) || !strncmp(triple, "aarch64", 7);
    LLVMDisposeMessage(triple);
    return known ? LLVMPreserveMostCallConv : LLVMCCallConv;
}

LLVMValueRef fuel_left(struct lfunc *f, s64 owe) {
    LLVMValueRef v = LLVMBuildLoad2(f->b, f->lm->i64, f->fuel, "");
    v = LLVMBuildNSWSub(f->b, v, LLVMBuildLoad2(f->b, f->lm->i64, f->cost, ""), "fuel");
    return owe ? LLVMBuildNSWAdd(f->b, v, k64(f->lm, (u64)owe), "") : v;
}

void fuel_spill_owed(struct lfunc *f, LLVMValueRef owe) {
    if (f->fuel)
        ctx_set(f, offsetof(struct ctx, fuel), LLVMBuildAdd(f->b, fuel_left(f, 0), owe, ""));
}

void fuel_spill(struct lfunc *f) {
    fuel_spill_owed(f, k64(f->lm, (u64)owed(f)));
}

void fuel_settle(struct lfunc *f, s64 owe) {
    LLVMBuildStore(f->b, fuel_left(f, owe), f->fuel);
    LLVMBuildStore(f->b, k64(f->lm, 0), f->cost);
}

LLVMValueRef fuel_seen(struct lfunc *f) {
    return fuel_left(f, owed(f));
}

void fuel_take(struct lfunc *f, LLVMValueRef v) {
    LLVMBuildStore(f->b, LLVMBuildSub(f->b, v, k64(f->lm, (u64)owed(f)), ""), f->fuel);
    if (pays_ahead(f))
        LLVMBuildStore(f->b, k64(f->lm, 0), f->cost);
}

void fuel_reload(struct lfunc *f) {
    if (f->fuel)
        fuel_take(f, ctx_get(f, f->lm->i64, offsetof(struct ctx, fuel)));
}

LLVMValueRef fuel_add(struct lfunc *f, s64 n) {
    LLVMValueRef v = LLVMBuildLoad2(f->b, f->lm->i64, f->fuel, "");
    v = LLVMBuildNSWAdd(f->b, v, k64(f->lm, (u64)n), "fuel");
    LLVMBuildStore(f->b, v, f->fuel);
    return v;
}

void fuel_save_value(struct lfunc *f, LLVMValueRef n) {
    LLVMValueRef v = LLVMBuildLoad2(f->b, f->lm->i64, f->cost, "");
    LLVMBuildStore(f->b, LLVMBuildNSWAdd(f->b, v, n, "cost"), f->cost);
}

void fuel_save(struct lfunc *f, s64 n) {
    fuel_save_value(f, k64(f->lm, (u64)n));
}

void fuel_spend(struct lfunc *f, u64 n) {
    if (f->saves)
        fuel_save(f, (s64)n);
    else
        fuel_add(f, -(s64)n);
}

/* env->refuel, by a function that keeps all registers: so code that seldom calls it need keep none for it. */
static LLVMValueRef refuel(struct lmodule *lm) {
    LLVMTypeRef type[] = {lm->ptr, lm->i64}, t = LLVMFunctionType(lm->tvoid, type, 2, false);
    struct lfunc f = {.lm = lm};
    LLVMValueRef place;
    if (lm->refuel)
        return lm->refuel;
    f.fn = lm->refuel = LLVMAddFunction(lm->mod, "refuel", t);
    LLVMSetLinkage(f.fn, LLVMInternalLinkage);
    LLVMSetFunctionCallConv(f.fn, keeps_registers(lm));
    fn_attr(lm, f.fn, "nounwind", 0);
    fn_attr(lm, f.fn, "noinline", 0);
    fn_attr(lm, f.fn, "cold", 0);
    fn_attr_text(lm, f.fn, "target-cpu", lm->cpu);
    fn_attr_text(lm, f.fn, "target-features", lm->features);
    harden_function(lm, f.fn);
    f.b = LLVMCreateBuilderInContext(lm->c);
    f.cx = LLVMGetParam(f.fn, 0);
    place = LLVMGetParam(f.fn, 1);
    block_on(&f, block_new(&f, "entry"));
    env_call(&f, offsetof(struct native_env, refuel), lm->tvoid, &place, 1);
    LLVMBuildRetVoid(f.b);
    LLVMDisposeBuilder(f.b);
    return f.fn;
}

/* Behind fuel_spill, f->show: what was called for fuel, with the arguments that it got. */
static void called_for_fuel(struct lfunc *f, LLVMValueRef call) {
    fuel_reload(f);
    call_attr(f->lm, call, "cold", 0);
    call_attr(f->lm, call, "memory", CHANGES_CTX);
    LLVMSetMetadata(call, f->lm->md_noalias, LLVMMetadataAsValue(f->lm->c, f->lm->scope[SCOPE_LIMITS]));
}

void fuel_more(struct lfunc *f, LLVMValueRef need) {
    LLVMValueRef arg[] = {k64(f->lm, place_of(f)), need};
    if (f->show)
        f->show(f);
    fuel_spill(f);
    called_for_fuel(f, env_call(f, offsetof(struct native_env, more), f->lm->tvoid, arg, 2));
}

void fuel_charge(struct lfunc *f, u32 n) {
    LLVMValueRef left, arg[] = {f->cx, k64(f->lm, place_of(f))}, fn, call;
    LLVMBasicBlockRef out, on;
    if (!f->fuel || !n)
        return;
    left = fuel_add(f, -(s64)n);
    out = block_new(f, "refuel");
    branch_rare(f, LLVMBuildICmp(f->b, LLVMIntSLT, left, k64(f->lm, 0), ""), out);
    on = LLVMGetInsertBlock(f->b);
    block_on(f, out);
    if (f->show)
        f->show(f);
    fuel_spill(f);
    fn = refuel(f->lm);
    call = LLVMBuildCall2(f->b, LLVMGlobalGetValueType(fn), fn, arg, 2, "");
    LLVMSetInstructionCallConv(call, LLVMGetFunctionCallConv(fn));
    called_for_fuel(f, call);
    branch(f, on);
    block_on(f, on);
}
