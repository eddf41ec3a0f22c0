/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* target.c - machines, and what a module becomes for one. */
#include "engine/llvm/plugin/lower.h"
#include <llvm-c/BitWriter.h>
#include <llvm-c/Target.h>
#include <pthread.h>
#include <string.h>

/* What LLVM has of targets is of the process, and made once. */
static void this_target(void) {
    LLVMInitializeNativeTarget();
    LLVMInitializeNativeAsmPrinter();
}
static void all_targets(void) {
    LLVMInitializeAllTargetInfos();
    LLVMInitializeAllTargets();
    LLVMInitializeAllTargetMCs();
    LLVMInitializeAllAsmPrinters();
}

LLVMTargetMachineRef target_machine(const struct llvm_options *o, struct error *e) {
    static pthread_once_t once[2] = {PTHREAD_ONCE_INIT, PTHREAD_ONCE_INIT};
    static const LLVMCodeGenOptLevel level[] = {LLVMCodeGenLevelNone, LLVMCodeGenLevelLess, LLVMCodeGenLevelDefault,
                                                LLVMCodeGenLevelDefault};
    char *triple, *cpu, *features, *why = NULL;
    bool own = !o->triple && !o->cpu;
    LLVMTargetRef t;
    LLVMTargetMachineRef tm = NULL;
    pthread_once(&once[0], this_target);
    if (o->triple)
        pthread_once(&once[1], all_targets);
    triple = o->triple ? LLVMNormalizeTargetTriple(o->triple) : LLVMGetDefaultTargetTriple();
    cpu = own ? LLVMGetHostCPUName() : LLVMCreateMessage(o->cpu ? o->cpu : "");
    features = o->features ? LLVMCreateMessage(o->features) : own ? LLVMGetHostCPUFeatures() : LLVMCreateMessage("");
    if (LLVMGetTargetFromTriple(triple, &t, &why))
        fail(e, E_ENGINE, NOWHERE, "no such target as %s: %s", triple, why);
    else if (!LLVMTargetHasTargetMachine(t) || !LLVMTargetHasAsmBackend(t))
        fail(e, E_ENGINE, NOWHERE, "no code for %s", triple);
    else if (!(tm = LLVMCreateTargetMachine(t, triple, cpu, features, level[o->level & 3], LLVMRelocPIC,
                                            LLVMCodeModelSmall)))
        fail(e, E_ENGINE, NOWHERE, "no machine %s, %s", triple, cpu);
    LLVMDisposeMessage(why);
    LLVMDisposeMessage(triple);
    LLVMDisposeMessage(cpu);
    LLVMDisposeMessage(features);
    return tm;
}

static int native_code(struct lmodule *lm, LLVMCodeGenFileType type, struct buf *out) {
    LLVMMemoryBufferRef m = NULL;
    char *why = NULL;
    if (LLVMTargetMachineEmitToMemoryBuffer(lm->tm, lm->mod, type, &why, &m)) {
        fail(lm->e, E_ENGINE, NOWHERE, "LLVM: %s", why);
        LLVMDisposeMessage(why);
        return lm->e->code;
    }
    buf_add(out, LLVMGetBufferStart(m), LLVMGetBufferSize(m));
    LLVMDisposeMemoryBuffer(m);
    return 0;
}

int emit_bytes(struct lmodule *lm, enum llvm_kind kind, struct buf *out) {
    LLVMMemoryBufferRef m;
    char *s;
    switch (kind) {
    case LLVM_OBJECT: native_code(lm, LLVMObjectFile, out); break;
    case LLVM_ASSEMBLY: native_code(lm, LLVMAssemblyFile, out); break;
    case LLVM_IR:
        s = LLVMPrintModuleToString(lm->mod);
        buf_add(out, s, strlen(s));
        LLVMDisposeMessage(s);
        break;
    case LLVM_BITCODE:
        m = LLVMWriteBitcodeToMemoryBuffer(lm->mod);
        buf_add(out, LLVMGetBufferStart(m), LLVMGetBufferSize(m));
        LLVMDisposeMemoryBuffer(m);
        break;
    }
    if (out->oom)
        fail(lm->e, E_NOMEM, NOWHERE, "out of memory");
    return lm->e->code;
}
