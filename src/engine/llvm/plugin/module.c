/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* module.c - the LLVM module of a linked program: types, metadata, words that are bound when it is loaded, and the
 * head that says what is in it (abi/native.h). */
#include "engine/llvm/plugin/lower.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LLVMValueRef k32(const struct lmodule *lm, u32 v) {
    return LLVMConstInt(lm->i32, v, false);
}
LLVMValueRef k64(const struct lmodule *lm, u64 v) {
    return LLVMConstInt(lm->i64, v, false);
}

LLVMTypeRef type_of_letter(const struct lmodule *lm, char letter) {
    switch (letter) {
    case TYPE_I32: return lm->i32;
    case TYPE_F32: return lm->f32;
    case TYPE_F64: return lm->f64;
    case TYPE_V128: return lm->v128;
    default: return lm->i64;
    }
}

u32 bind_word(struct lmodule *lm, u32 kind, u32 index) {
    for (u32 k = 0; k < lm->nbind; k++)
        if (lm->bind[k].kind == kind && lm->bind[k].index == index)
            return k;
    if (lm->nbind == lm->cbind) {
        u32 cap = lm->cbind ? 2 * lm->cbind : 16;
        struct native_bind *grown = arena_new(lm->a, struct native_bind, cap);
        if (!grown) {
            fail(lm->e, E_NOMEM, NOWHERE, "out of memory");
            return 0;
        }
        if (lm->nbind)
            memcpy(grown, lm->bind, lm->nbind * sizeof *grown);
        lm->bind = grown;
        lm->cbind = cap;
    }
    lm->bind[lm->nbind] = (struct native_bind){kind, index};
    return lm->nbind++;
}

LLVMValueRef intrinsic(struct lfunc *f, const char *name, LLVMTypeRef *over, u32 n, LLVMValueRef *arg, u32 narg) {
    unsigned id = LLVMLookupIntrinsicID(name, strlen(name));
    LLVMValueRef fn = LLVMGetIntrinsicDeclaration(f->lm->mod, id, over, n);
    return LLVMBuildCall2(f->b, LLVMIntrinsicGetType(f->lm->c, id, over, n), fn, arg, narg, "");
}

static LLVMAttributeRef attribute(const struct lmodule *lm, const char *name, u64 v) {
    return LLVMCreateEnumAttribute(lm->c, LLVMGetEnumAttributeKindForName(name, strlen(name)), v);
}
void fn_attr(const struct lmodule *lm, LLVMValueRef fn, const char *name, u64 v) {
    LLVMAddAttributeAtIndex(fn, LLVMAttributeFunctionIndex, attribute(lm, name, v));
}
void fn_attr_text(const struct lmodule *lm, LLVMValueRef fn, const char *name, const char *v) {
    LLVMAddAttributeAtIndex(fn, LLVMAttributeFunctionIndex,
                            LLVMCreateStringAttribute(lm->c, name, (unsigned)strlen(name), v, (unsigned)strlen(v)));
}
void call_attr(const struct lmodule *lm, LLVMValueRef call, const char *name, u64 v) {
    LLVMAddCallSiteAttribute(call, LLVMAttributeFunctionIndex, attribute(lm, name, v));
}

LLVMValueRef function_new(struct lmodule *lm, u32 index, const char *suffix, LLVMTypeRef t) {
    const char *name = lm->m->func[index].name;
    char *s = arena_printf(lm->a, "%s%s.%u", name && *name ? name : "f", suffix, index);
    LLVMValueRef fn = LLVMAddFunction(lm->mod, s ? s : "f", t);
    LLVMSetLinkage(fn, lm->parts > 1 ? LLVMExternalLinkage : LLVMInternalLinkage);
    if (lm->parts > 1)
        LLVMSetVisibility(fn, LLVMHiddenVisibility);
    fn_attr(lm, fn, "nounwind", 0);
    fn_attr_text(lm, fn, "target-cpu", lm->cpu);
    fn_attr_text(lm, fn, "target-features", lm->features);
    harden_function(lm, fn);
    return fn;
}

static unsigned kind(const char *name, LLVMContextRef c) {
    return LLVMGetMDKindIDInContext(c, name, (unsigned)strlen(name));
}

static LLVMMetadataRef number(struct lmodule *lm, u32 v) {
    return LLVMValueAsMetadata(k32(lm, v));
}
static LLVMMetadataRef text(struct lmodule *lm, const char *s) {
    return LLVMMDStringInContext2(lm->c, s, strlen(s));
}
static LLVMMetadataRef node(struct lmodule *lm, LLVMMetadataRef *of, u32 n) {
    return LLVMMDNodeInContext2(lm->c, of, n);
}

static void metadata(struct lmodule *lm) {
    LLVMMetadataRef weights[] = {text(lm, "branch_weights"), number(lm, 1), number(lm, 1 << 20)};
    LLVMMetadataRef name = text(lm, "supervm"), domain = node(lm, &name, 1);
    LLVMMetadataRef length[] = {LLVMValueAsMetadata(k64(lm, 0)), LLVMValueAsMetadata(k64(lm, (u64)1 << 47))};
    LLVMMetadataRef address[] = {LLVMValueAsMetadata(k64(lm, 0)), LLVMValueAsMetadata(k64(lm, (u64)1 << 57))};
    static const char *const scope_name[SCOPES] = {"runtime", "limits", "frame", "packet", "map"};
    LLVMMetadataRef scope[SCOPES], others[SCOPES];
    lm->md_prof = kind("prof", lm->c);
    lm->md_invariant = kind("invariant.load", lm->c);
    lm->md_range = kind("range", lm->c);
    lm->md_noalias = kind("noalias", lm->c);
    lm->md_scope = kind("alias.scope", lm->c);
    lm->empty = node(lm, NULL, 0);
    lm->lengths = node(lm, length, 2);
    lm->addresses = node(lm, address, 2);
    lm->rare = node(lm, weights, 3);
    for (u32 k = 0; k < SCOPES; k++) {
        LLVMMetadataRef of[] = {text(lm, scope_name[k]), domain};
        scope[k] = node(lm, of, 2);
        lm->scope[k] = node(lm, &scope[k], 1);
    }
    lm->host = node(lm, (LLVMMetadataRef[]){scope[SCOPE_RUNTIME], scope[SCOPE_LIMITS]}, 2);
    for (u32 k = 0; k < SCOPES; k++) {
        u32 n = 0;
        for (u32 j = 0; j < SCOPES; j++)
            if (j != k)
                others[n++] = scope[j];
        lm->others[k] = node(lm, others, n);
    }
}

/* Without it LLVM prints what it finds, and ends the process where that is an error. A frame larger than NATIVE_FRAME is
 * a warning of its ("warn-stack-size"), and an error of ours. */
static void diagnose(LLVMDiagnosticInfoRef d, void *arg) {
    struct lmodule *lm = arg;
    char *s = LLVMGetDiagInfoDescription(d);
    if (LLVMGetDiagInfoSeverity(d) == LLVMDSError || strstr(s, "stack frame size"))
        fail(lm->e, E_ENGINE, NOWHERE, "LLVM: %s", s);
    LLVMDisposeMessage(s);
}

static char *more_features(struct lmodule *lm, const char *s, const char *more) {
    return s ? arena_printf(lm->a, "%s%s%s", s, *s && *more ? "," : "", more) : NULL;
}

/* What the module is for: its name, and the processor of each function. */
static int name_machine(struct lmodule *lm) {
    char *triple = LLVMGetTargetMachineTriple(lm->tm), *cpu = LLVMGetTargetMachineCPU(lm->tm);
    char *features = LLVMGetTargetMachineFeatureString(lm->tm);
    bool less = lm->large && !strncmp(triple, "x86_64", 6);
    LLVMSetTarget(lm->mod, triple);
    harden_machine(lm, triple);
    lm->cpu = arena_printf(lm->a, "%s", cpu);
    lm->features = more_features(lm, features, less ? "-avx512bw" : "");
    lm->features = more_features(lm, lm->features, harden_features(lm));
    LLVMDisposeMessage(triple);
    LLVMDisposeMessage(cpu);
    LLVMDisposeMessage(features);
    return lm->e->code;
}

int module_begin(struct lmodule *lm) {
    LLVMTypeRef arg[7];
    struct llvm_options o = lm->job->o;
    measure(lm);
    if (lm->straight && o.level > 1)
        o.level = 1;
    if (!(lm->tm = target_machine(&o, lm->e)))
        return lm->e->code;
    lm->c = LLVMContextCreate();
    LLVMContextSetDiagnosticHandler(lm->c, diagnose, lm);
    lm->mod = LLVMModuleCreateWithNameInContext(lm->m->name && *lm->m->name ? lm->m->name : "program", lm->c);
    lm->layout = LLVMCreateTargetDataLayout(lm->tm);
    LLVMSetModuleDataLayout(lm->mod, lm->layout);
    if (name_machine(lm))
        return lm->e->code;
    lm->tvoid = LLVMVoidTypeInContext(lm->c);
    lm->i1 = LLVMInt1TypeInContext(lm->c);
    lm->i8 = LLVMInt8TypeInContext(lm->c);
    lm->i16 = LLVMInt16TypeInContext(lm->c);
    lm->i32 = LLVMInt32TypeInContext(lm->c);
    lm->i64 = LLVMInt64TypeInContext(lm->c);
    lm->f32 = LLVMFloatTypeInContext(lm->c);
    lm->f64 = LLVMDoubleTypeInContext(lm->c);
    lm->v128 = LLVMVectorType(lm->i8, 16);
    lm->ptr = LLVMPointerTypeInContext(lm->c, 0);
    arg[0] = lm->ptr;
    for (u32 k = 1; k < COUNT(arg); k++)
        arg[k] = lm->i64;
    lm->ebpf_type = LLVMFunctionType(lm->i64, arg, COUNT(arg), false);
    lm->flags = (lm->l->checks ? NATIVE_CHECKS : 0) | (lm->l->fuel ? NATIVE_FUEL : 0) |
                (lm->l->exact_regs ? NATIVE_EXACT_REGS : 0) | (lm->l->facts ? NATIVE_FACTS : 0) |
                (lm->job->o.harden ? NATIVE_HARDENED : 0);
    for (u32 k = 0; k < lm->m->nfunc; k++)
        lm->typed_module |= lm->m->func[k].typed;
    metadata(lm);
    lm->fn = arena_new(lm->a, LLVMValueRef, lm->m->nfunc + 1);
    lm->enter = arena_new(lm->a, LLVMValueRef, lm->m->nfunc + 1);
    if (!lm->fn || !lm->enter || !lm->cpu || !lm->features)
        return fail(lm->e, E_NOMEM, NOWHERE, "out of memory");
    return 0;
}

LLVMValueRef constant_new(struct lmodule *lm, const char *name, LLVMValueRef init) {
    LLVMValueRef g = LLVMAddGlobal(lm->mod, LLVMTypeOf(init), name);
    LLVMSetInitializer(g, init);
    LLVMSetGlobalConstant(g, true);
    LLVMSetLinkage(g, LLVMPrivateLinkage);
    return g;
}

static LLVMValueRef enter_table(struct lmodule *lm) {
    u32 n = lm->m->nfunc;
    LLVMValueRef *of = arena_new(lm->a, LLVMValueRef, n + 1);
    for (u32 k = 0; of && k < n; k++)
        of[k] = lm->enter[k] ? lm->enter[k] : LLVMConstNull(lm->ptr);
    return of ? constant_new(lm, "enter", LLVMConstArray2(lm->ptr, of, n)) : NULL;
}

static LLVMValueRef bind_table(struct lmodule *lm) {
    LLVMTypeRef pair[] = {lm->i32, lm->i32}, t = LLVMStructTypeInContext(lm->c, pair, 2, false);
    LLVMValueRef *of = arena_new(lm->a, LLVMValueRef, lm->nbind + 1);
    for (u32 k = 0; of && k < lm->nbind; k++) {
        LLVMValueRef row[] = {k32(lm, lm->bind[k].kind), k32(lm, lm->bind[k].index)};
        of[k] = LLVMConstStructInContext(lm->c, row, 2, false);
    }
    if (of && !lm->nbind) /* a table of no bytes would have no place */
        return LLVMConstNull(lm->ptr);
    return of ? constant_new(lm, "bind", LLVMConstArray2(t, of, lm->nbind)) : NULL;
}

/* Room for struct native_lines, and some function by whose address it is found where code is. NULL: there is none. */
static LLVMValueRef lines_room(struct lmodule *lm) {
    LLVMValueRef g, of[5] = {NULL};
    for (u32 k = 0; k < lm->m->nfunc && !of[0]; k++)
        of[0] = lm->enter[k];
    if (!of[0] || !lm->job->o.carries || !(lm->flags & NATIVE_GUARDED))
        return LLVMConstNull(lm->ptr);
    for (u32 k = 1; k < COUNT(of); k++)
        of[k] = k32(lm, 0);
    g = constant_new(lm, "lines", LLVMConstStructInContext(lm->c, of, COUNT(of), false));
    LLVMSetSection(g, NATIVE_LINES_SECTION);
    return g;
}

/* A table of bytes; none: NULL. LLVM 18 has no form with a size_t. */
static LLVMValueRef bytes_table(struct lmodule *lm, const char *name, const u8 *p, size_t n) {
    return n ? constant_new(lm, name, LLVMConstStringInContext(lm->c, (const char *)p, (u32)n, true))
             : LLVMConstNull(lm->ptr);
}

int module_head(struct lmodule *lm) {
    const struct llvm_bytes *bytes = &lm->job->module;
    LLVMValueRef enter = enter_table(lm), bind = bind_table(lm), head;
    char *name = arena_printf(lm->a, "%s%s", NATIVE_HEAD, lm->job->name ? lm->job->name : "");
    if (!enter || !bind || !name)
        return fail(lm->e, E_NOMEM, NOWHERE, "out of memory");
    if (bytes->n > UINT32_MAX)
        return fail(lm->e, E_LIMIT, NOWHERE, "the module is too large for an object");
    _Static_assert(offsetof(struct native_head, enter) == 16 && offsetof(struct native_head, nbind) == 32 &&
                       offsetof(struct native_head, module) == 40 && offsetof(struct native_head, lines) == 48 &&
                       offsetof(struct native_head, assumed) == 56 && offsetof(struct native_head, context) == 68,
                   "as it is laid out below");
    LLVMValueRef of[] = {k32(lm, NATIVE_VERSION),
                         k32(lm, lm->flags),
                         k32(lm, lm->m->nfunc),
                         k32(lm, lm->l->frame_size),
                         enter,
                         bind,
                         k32(lm, lm->nbind),
                         k32(lm, (u32)bytes->n),
                         bytes_table(lm, "module", bytes->p, bytes->n),
                         lines_room(lm),
                         bytes_table(lm, "assumed", lm->job->assumed, lm->job->assumed ? lm->m->nfunc : 0),
                         k32(lm, lm->place_bits),
                         k32(lm, lm->job->context)};
    head = LLVMConstStructInContext(lm->c, of, COUNT(of), false);
    head = constant_new(lm, name, head);
    LLVMSetLinkage(head, LLVMExternalLinkage);
    return 0;
}

void module_end(struct lmodule *lm) {
    if (lm->mod)
        LLVMDisposeModule(lm->mod);
    if (lm->layout)
        LLVMDisposeTargetData(lm->layout);
    if (lm->tm)
        LLVMDisposeTargetMachine(lm->tm);
    if (lm->c)
        LLVMContextDispose(lm->c);
}
