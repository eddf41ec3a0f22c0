/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit_verdict.c - what the checker says of a program in strict mode, by the public API. */
#include "kit_verdict.h"
#include "abi/ctxtype.h"
#include "api/api.h"
#include "supervm/verify.h"
#include <stdio.h>

void set_kind(struct svm_module *m, u32 kind) {
    m->m.prog[0].kind = (u8)kind;
    m->m.prog[0].section = kind == PROG_SOCKET ? "socket" : ctxtypes[kind].name;
}

void verdict_of(struct svm_module *m, const char *prog, u32 kind, struct verdict *v) {
    struct svm_verify_options o = SVM_VERIFY_INIT;
    struct svm_verdict d = SVM_VERDICT_INIT;
    struct svm_error err = {0};
    struct svm_verdicts *all;

    *v = (struct verdict){0};
    o.mode = SVM_VERIFY_STRICT;
    o.prog = prog;
    if (!prog)
        set_kind(m, kind);
    all = svm_verify(m, &o, &err);
    if (all && svm_verdicts_at(all, 0, &d)) {
        v->accepted = d.accepted;
        v->insns = d.insns;
        v->time_ns = d.time_ns;
        v->checks = d.checks_total;
        v->proven = d.checks_proven;
        v->worst = d.worst;
        v->steps = d.steps;
        if (!d.accepted) {
            snprintf(v->reason, sizeof v->reason, "%s", d.reason);
            snprintf(v->message, sizeof v->message, "%s: %s", d.reason, d.text);
        }
    } else {
        snprintf(v->reason, sizeof v->reason, "error");
        snprintf(v->message, sizeof v->message, "error: %s", err.text);
    }
    svm_verdicts_free(all);
}
