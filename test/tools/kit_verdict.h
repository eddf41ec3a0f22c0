/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit_verdict.h - what the checker says of a program in strict mode. */
#ifndef TOOLS_KIT_VERDICT_H
#define TOOLS_KIT_VERDICT_H
#include "base/types.h"
#include "supervm/supervm.h"

struct verdict {
    bool accepted;
    char reason[40];   /* "" where accepted */
    char message[800]; /* the reason, then where and why in a line */
    uint64_t insns, time_ns, steps, worst;
    uint64_t checks, proven; /* accesses of memory; those that need no check */
};
/* Makes a program of this kind (enum prog_kind) of bare code, of which nothing else says it. */
void set_kind(struct svm_module *m, u32 kind);
/* Program prog of m, or, where prog is NULL, the only one, as kind (enum prog_kind). */
void verdict_of(struct svm_module *m, const char *prog, u32 kind, struct verdict *v);

#endif
