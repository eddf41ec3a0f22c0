/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* native.h - programs compiled before they run: into objects for C programs, shared libraries, executables, and LLVM's own
 * forms.
 *
 *   svm_module_emit(m, &options, &bytes, &len, &err);           any of them, into memory (supervm compile)
 *
 *   extern const struct svm_native svm_native_filter;           what filter.o exports, declared in filter.h
 *   m = svm_module_from_native(vm, &svm_native_filter, &err);   or svm_module_load_native(vm, bytes, len, &err)
 *                                                               or svm_module_open_native(vm, "filter.so", &err)
 *   p = svm_program_link(m, NULL, &err);                        and on as with any module
 *
 * An object holds the module itself too, so maps, names, lines and types are all there, and svm_link_options.engine may
 * name an engine that compiles it anew. Without that, its programs run as they were compiled. What was decided then
 * stands: checks, fuel, hardening and the size of frames must be those of the runtime (svm_config), else linking fails with
 * SVM_EENGINE; so it does where a map that the host gives has another size, or where svm_link_options.set names a constant.
 * Where the code rests on proofs (svm_emit_options.verify), programs run over what their section says, or else over what
 * svm_emit_options.context said, and over nothing else: linking for another context fails with SVM_EENGINE, a run that begins
 * with another traps. Where svm_link_options.context says nothing, that of svm_emit_options stands.
 *
 * Native code is trusted code: what such an object does is not checked by anything. */
#ifndef SUPERVM_NATIVE_H
#define SUPERVM_NATIVE_H
#include "supervm/supervm.h"

#ifdef __cplusplus
extern "C" {
#endif

enum svm_emit_kind {
    SVM_EMIT_SVM,             /* bytecode: as svm_module_save_memory */
    SVM_EMIT_OBJECT,          /* a native ELF object that exports svm_native_NAME. Of other objects it needs functions of the C
                                 library alone: memcpy, memmove, memset, memcmp, and those of libm */
    SVM_EMIT_HEADER,          /* C declarations of what is in such an object */
    SVM_EMIT_SHARED,          /* a shared library, for svm_module_open_native */
    SVM_EMIT_EXECUTABLE,      /* a program of the system's, which needs nothing but its C library */
    SVM_EMIT_ASSEMBLY,        /* of an object, as text */
    SVM_EMIT_IR,              /* LLVM's, as text */
    SVM_EMIT_BITCODE
};

struct svm_emit_options {
    size_t size;              /* sizeof; SVM_EMIT_INIT */
    enum svm_emit_kind kind;
    const char *name;         /* OBJECT, HEADER: NAME, an identifier of C */
    const char *target;       /* of LLVM: "aarch64-linux-gnu"; NULL: this machine */
    const char *cpu, *features; /* as LLVM has them ("skylake", "+avx2,-bmi"); NULL: those of this machine, or with a target what
                                 all machines of its kind have */
    int level;                /* of optimisation, 1 to 3; 0: 2 */
    bool debug;               /* with the lines of the program's source */
    enum svm_verify_mode verify; /* what is proven needs no check; SVM_VERIFY_STRICT: refused where something is not */
    const char *context;      /* as svm_link_options.context */
    const char *const *set;   /* the same: values of global variables, constants or not, from now on those of the module */
    bool exact_regs;          /* the same */
    /* SHARED, EXECUTABLE: a C compiler for the target, which links; NULL: cc, or TRIPLE-gcc */
    const char *cc;
    const char *const *start; /* EXECUTABLE: options of "supervm run" that it starts with: "--dir=data"; NULL-ended */
    bool bounds;              /* WebAssembly: accesses of memory are compared with its end, where the processor could find those beyond
                                 (Linux on x86-64). What is not compiled so needs a runtime that catches faults */
};
#define SVM_EMIT_INIT SVM_INIT_OF(struct svm_emit_options)

/* *out is the caller's to free(). Helpers and kernel functions that the program calls must be registered with its runtime, as
 * for linking. SVM_EUNSUP: LLVM's plug-in, the linker or the runtime for the target is not installed. */
SVM_API int svm_module_emit(struct svm_module *m, const struct svm_emit_options *o, void **out, size_t *len,
                            struct svm_error *err);

struct svm_native;
/* The module in an object that is part of this program. */
SVM_API struct svm_module *svm_module_from_native(struct svm *vm, const struct svm_native *n, struct svm_error *err);
/* The module in an object of this machine's (SVM_EMIT_OBJECT) in memory, which is loaded here, its code trusted. Nothing is kept of p. */
SVM_API struct svm_module *svm_module_load_native(struct svm *vm, const void *p, size_t len, struct svm_error *err);
/* The module in a shared library, which is opened, its code trusted, and closed with the module. */
SVM_API struct svm_module *svm_module_open_native(struct svm *vm, const char *path, struct svm_error *err);

#ifdef __cplusplus
}
#endif
#endif
