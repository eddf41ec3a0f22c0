/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* inline_code.c - functions of the host that are there as LLVM bitcode (supervm/inline.h).
 * in:  a call of such a helper      out: its module linked into ours, its own to it, and a call of its function
 *
 * It is trusted as the host is. What is looked at is whether it can be here at all: the same machine, a function of the
 * right type, nothing that the loader of objects does not have (engine/native/object.c). */
#include "engine/llvm/plugin/inline.h"
#include <llvm-c/BitReader.h>
#include <llvm-c/Comdat.h>
#include <llvm-c/DebugInfo.h>
#include <llvm-c/Linker.h>
#include <llvm-c/Transforms/PassBuilder.h>
#include <string.h>

enum { SMALL = 400 }; /* instructions of a function that is put in place of each call, whatever LLVM thinks of it */

/* A helper's function in our module. */
struct host_code {
    struct host_code *next;
    const struct helper *h;
    LLVMValueRef fn;
};

bool inline_has_code(const struct lfunc *f, const struct helper *h) {
    return h->code && h->user && !h->ends_if_zero && !f->show;
}

static int unfit(struct lmodule *lm, const char *what, const char *name) {
    return fail(lm->e, E_ENGINE, NOWHERE, "%s%s", what, name);
}

/* --- what is in a module --- */

/* Of a triple its architecture. */
static bool same_machine(const char *x, const char *y) {
    size_t n = strcspn(x, "-");
    return n == strcspn(y, "-") && !memcmp(x, y, n);
}

static int check_machine(struct lmodule *lm, LLVMModuleRef m) {
    const char *layout = LLVMGetDataLayoutStr(m), *triple = LLVMGetTarget(m), *ours = LLVMGetTarget(lm->mod);
    if (!same_machine(triple, ours))
        return fail(lm->e, E_ENGINE, NOWHERE, "it is for %s, and code is made for %s", *triple ? triple : "no machine",
                    ours);
    if (strcmp(layout, LLVMGetDataLayoutStr(lm->mod)))
        return fail(lm->e, E_ENGINE, NOWHERE, "its data layout is \"%s\", and that of code is \"%s\"", layout,
                    LLVMGetDataLayoutStr(lm->mod));
    return 0;
}

static bool is_of_library(LLVMValueRef fn) {
    static const char *const known[] = {"memcpy", "memmove", "memset", "memcmp"};
    const char *name = LLVMGetValueName2(fn, &(size_t){0});
    for (u32 k = 0; k < COUNT(known); k++)
        if (!strcmp(name, known[k]))
            return true;
    return LLVMGetIntrinsicID(fn) != 0;
}

static int check_contents(struct lmodule *lm, LLVMModuleRef m) {
    size_t n;
    LLVMGetModuleInlineAsm(m, &n);
    if (n)
        return unfit(lm, "it has assembly outside of functions", "");
    if (LLVMGetFirstGlobalAlias(m) || LLVMGetFirstGlobalIFunc(m))
        return unfit(lm, "it has aliases of functions or variables", "");
    for (LLVMValueRef g = LLVMGetFirstGlobal(m); g; g = LLVMGetNextGlobal(g)) {
        const char *name = LLVMGetValueName2(g, &n);
        if (LLVMIsDeclaration(g))
            return unfit(lm, "it needs a variable that is elsewhere: ", name);
        if (!LLVMIsGlobalConstant(g) || LLVMIsThreadLocal(g))
            return unfit(lm, "it has a variable that is not constant: ", name);
    }
    for (LLVMValueRef fn = LLVMGetFirstFunction(m); fn; fn = LLVMGetNextFunction(fn))
        if (LLVMIsDeclaration(fn) && LLVMGetFirstUse(fn) && !is_of_library(fn))
            return unfit(lm, "it needs a function that is elsewhere: ", LLVMGetValueName2(fn, &n));
    return 0;
}

static LLVMTypeRef type_of_code(const struct lmodule *lm) {
    LLVMTypeRef arg[6] = {lm->ptr, lm->i64, lm->i64, lm->i64, lm->i64, lm->i64};
    return LLVMFunctionType(lm->i64, arg, 6, false);
}

/* --- made ours --- */

static u32 size_of(LLVMValueRef fn) {
    u32 n = 0;
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(fn); b; b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i))
            n++;
    return n;
}

/* As functions of ours are: for the same processor, with nothing of what a C compiler adds for a process of its own. */
static void adopt(const struct lmodule *lm, LLVMValueRef fn) {
    static const char *const odd[] = {"noinline",        "optnone",         "alwaysinline",      "ssp",
                                      "sspstrong",       "sspreq",          "uwtable",           "sanitize_address",
                                      "sanitize_thread", "sanitize_memory", "sanitize_hwaddress"};
    for (u32 k = 0; k < COUNT(odd); k++)
        LLVMRemoveEnumAttributeAtIndex(fn, LLVMAttributeFunctionIndex,
                                       LLVMGetEnumAttributeKindForName(odd[k], strlen(odd[k])));
    fn_attr(lm, fn, "nounwind", 0);
    fn_attr_text(lm, fn, "target-cpu", lm->cpu);
    fn_attr_text(lm, fn, "target-features", lm->features);
    harden_function(lm, fn);
    if (size_of(fn) <= SMALL)
        fn_attr(lm, fn, "alwaysinline", 0);
}

/* All names but that of fn are its own. */
static void hide(const struct lmodule *lm, LLVMModuleRef m, LLVMValueRef fn, const char *name) {
    for (LLVMValueRef g = LLVMGetFirstGlobal(m); g; g = LLVMGetNextGlobal(g)) {
        LLVMSetComdat(g, NULL);
        LLVMSetLinkage(g, LLVMInternalLinkage);
    }
    for (LLVMValueRef x = LLVMGetFirstFunction(m); x; x = LLVMGetNextFunction(x)) {
        if (LLVMIsDeclaration(x))
            continue;
        adopt(lm, x);
        LLVMSetComdat(x, NULL);
        LLVMSetVisibility(x, LLVMDefaultVisibility);
        LLVMSetLinkage(x, x == fn ? LLVMExternalLinkage : LLVMInternalLinkage);
    }
    LLVMSetValueName2(fn, name, strlen(name));
}

static LLVMModuleRef read_module(struct lmodule *lm, const struct helper_code *c) {
    LLVMMemoryBufferRef b = LLVMCreateMemoryBufferWithMemoryRange(c->bytes, c->n, c->symbol, false);
    LLVMModuleRef m = NULL;
    if (LLVMParseBitcodeInContext2(lm->c, b, &m)) {
        m = NULL;
        unfit(lm, "it is no bitcode", "");
    }
    LLVMDisposeMemoryBuffer(b);
    return m;
}

static LLVMValueRef link_code(struct lmodule *lm, const struct helper_code *c, const char *name) {
    LLVMModuleRef m = read_module(lm, c);
    LLVMValueRef fn;
    if (!m)
        return NULL;
    fn = LLVMGetNamedFunction(m, c->symbol);
    if (!fn || LLVMIsDeclaration(fn))
        unfit(lm, "it has no function ", c->symbol);
    else if (LLVMGlobalGetValueType(fn) != type_of_code(lm))
        unfit(lm,
              "this function is not uint64_t (void *, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t): ", c->symbol);
    if (lm->e->code || check_machine(lm, m) || check_contents(lm, m)) {
        LLVMDisposeModule(m);
        return NULL;
    }
    LLVMStripModuleDebugInfo(m);
    hide(lm, m, fn, name);
    if (LLVMLinkModules2(lm->mod, m)) { /* which is gone now */
        unfit(lm, "it does not go together with the program", "");
        return NULL;
    }
    fn = LLVMGetNamedFunction(lm->mod, name);
    LLVMSetLinkage(fn, LLVMInternalLinkage);
    return fn;
}

/* NULL: lm->e says why. */
static LLVMValueRef function_of(struct lmodule *lm, const struct helper *h, u32 kind, u32 index) {
    struct host_code *x = lm->ebpf->code;
    char *name = arena_printf(lm->a, "host.%s.%u.%u", h->name, kind, index);
    while (x && x->h != h)
        x = x->next;
    if (x)
        return x->fn;
    if (!name || !(x = arena_new(lm->a, struct host_code, 1))) {
        fail(lm->e, E_NOMEM, NOWHERE, "out of memory");
        return NULL;
    }
    if (!(x->fn = link_code(lm, h->code, name))) {
        wrap(lm->e, "bitcode of function %s", h->name);
        return NULL;
    }
    x->h = h;
    x->next = lm->ebpf->code;
    return (lm->ebpf->code = x)->fn;
}

void inline_now(struct lmodule *lm) {
    LLVMPassBuilderOptionsRef o;
    LLVMErrorRef bad;
    if (!lm->ebpf->code)
        return;
    o = LLVMCreatePassBuilderOptions();
    bad = LLVMRunPasses(lm->mod, "always-inline,globaldce", lm->tm, o);
    LLVMDisposePassBuilderOptions(o);
    if (bad) {
        char *why = LLVMGetErrorMessage(bad);
        unfit(lm, "LLVM's passes: ", why);
        LLVMDisposeErrorMessage(why);
    }
}

/* --- calls --- */

/* Arguments are numbers, and nothing is to be looked at. */
static bool takes_numbers(const struct helper *h) {
    for (u32 k = 0; k < 5; k++)
        if (h->arg[k] != ARG_ANY && h->arg[k] != ARG_NONE)
            return false;
    return true;
}

bool inline_code_keeps_fuel(const struct lfunc *f, const struct helper *h) {
    return inline_has_code(f, h) && takes_numbers(h);
}

/* r1 .. r5, checked and converted as the helper would. */
static void checked(struct lfunc *f, LLVMValueRef h, LLVMValueRef arg[6]) {
    const struct lmodule *lm = f->lm;
    LLVMValueRef at = alloca_at_entry(f, LLVMArrayType2(lm->i64, 5), "args");
    LLVMValueRef v[] = {k64(lm, place_of(f)), h, at};
    for (u32 k = 0; k < 5; k++)
        LLVMBuildStore(f->b, arg[k + 1], at_offset(f, at, 8 * k));
    env_call_out(f, offsetof(struct native_env, args), lm->tvoid, v, 3);
    for (u32 k = 0; k < 5; k++)
        arg[k + 1] = LLVMBuildLoad2(f->b, lm->i64, at_offset(f, at, 8 * k), "");
}

LLVMValueRef inline_code(struct lfunc *f, const struct helper *h, u32 kind, u32 index) {
    const struct lmodule *lm = f->lm;
    LLVMValueRef fn = function_of(f->lm, h, kind, index), word, arg[6];
    if (!fn)
        return k64(lm, 0);
    word = bound(f, lm->ptr, kind, index);
    arg[0] = load_fixed(f, lm->ptr, word, offsetof(struct helper, user_arg));
    for (u32 k = 1; k < 6; k++)
        arg[k] = reg_get(f, k, TYPE_I64);
    if (!takes_numbers(h))
        checked(f, word, arg);
    return LLVMBuildCall2(f->b, type_of_code(lm), fn, arg, 6, "");
}
