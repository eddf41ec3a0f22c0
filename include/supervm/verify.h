/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* verify.h - proving eBPF programs safe before they run: verdicts, and reports of them.
 *
 * What linking makes of the same proof is svm_link_options.verify (supervm.h). */
#ifndef SUPERVM_VERIFY_H
#define SUPERVM_VERIFY_H
#include "supervm/supervm.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a program needs to be run without a check is proven by the rules of the kernel's verifier, and some that it
 * does not have: docs/CHECKER.md. WebAssembly has no part in it: it is validated when it is loaded. */
struct svm_verify_options {
    size_t size;              /* sizeof; SVM_VERIFY_INIT */
    const char *prog;         /* one program, by name or section; NULL: all of them */
    /* STRICT (and NONE): look no further than the first thing that is not proven. GUARDED: note all of them. The verdict is
     * the same. */
    enum svm_verify_mode mode;
    const char *const *set;   /* "NAME=VALUE" for global variables, which may be constants; NULL-ended */
    const char *type;         /* of programs whose section names none: "xdp", "tc", "sock_ops", ...; NULL: raw memory */
    uint64_t max_steps;       /* instructions that are walked for a program (1,000,000) */
    uint64_t max_memory;      /* bytes, for a program (256 MiB) */
    /* Is told what is known at the head of each block, as it is looked at: lines of text. */
    void (*log)(void *arg, const char *text);
    void *log_arg;
    bool keep_states;         /* for SVM_REPORT_HTML: what is known at the head of each block */
    bool gpl;                 /* the license is GPL-compatible, whatever the file says of it */
};
#define SVM_VERIFY_INIT SVM_INIT_OF(struct svm_verify_options)

/* Strings live as long as the verdicts. */
struct svm_verdict {
    size_t size;              /* sizeof; SVM_VERDICT_INIT */
    const char *prog, *section;
    bool accepted;
    const char *reason;       /* NULL: accepted; else a word: "out-of-bounds", "null-check", ... */
    const char *text;         /* the same, and where, in a line; NULL: accepted */
    const char *func;         /* where: the function, its instruction, the line of the source (0: not known) */
    uint32_t insn, line;
    const char *file;
    uint64_t time_ns;         /* that it took */
    uint64_t insns;           /* instructions of the functions that it reaches */
    uint64_t checks_total, checks_proven; /* accesses of memory among them; those that need no check */
    uint64_t unproven;        /* instructions of which something is not proven; with STRICT the first counts alone */
    uint64_t worst;           /* instructions that a run takes at most; 0: not found */
    uint64_t steps;           /* instructions walked */
    uint32_t stack;           /* bytes of frames, at most */
};
#define SVM_VERDICT_INIT SVM_INIT_OF(struct svm_verdict)

struct svm_verdicts;
/* Checks the programs of a module, without running or compiling them. What linking refuses is a verdict here: functions
 * that are not available, and those for other licenses. NULL: it could not be done (no such program, out of memory). */
SVM_API struct svm_verdicts *svm_verify(struct svm_module *m, const struct svm_verify_options *o, struct svm_error *err);
SVM_API bool svm_verdicts_at(const struct svm_verdicts *v, size_t i, struct svm_verdict *out); /* false past the end */
enum {
    SVM_REPORT_COLOUR = 1,    /* escape sequences of terminals */
    SVM_REPORT_GUARDED = 2,   /* all that is not proven, a line each; else the first in full: what was needed, what was
                                 known, how it came there, what helps */
    SVM_REPORT_HTML = 4       /* a page, with source and bytecode, what is known and what is proven */
};
/* Writes the report of verdict i (SIZE_MAX: of all) to f. */
SVM_API int svm_verdicts_print(const struct svm_verdicts *v, size_t i, unsigned flags, FILE *f);
SVM_API void svm_verdicts_free(struct svm_verdicts *v);

#ifdef __cplusplus
}
#endif
#endif
