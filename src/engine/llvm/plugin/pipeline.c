/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* pipeline.c - the verifier, and LLVM's passes in the order that serves bytecode (docs/RATIONALE.md has the figures).
 */
#include "engine/llvm/plugin/lower.h"
#include <llvm-c/Analysis.h>
#include <llvm-c/Transforms/PassBuilder.h>
#include <stdio.h>

static const char ebpf_first[] = "function(sroa,early-cse<memssa>)"; /* then cancel.c */
/* Checks are thrown out of loops (IRCE) before LLVM's own order makes of them what it does not see through. */
static const char ebpf_o2[] = "function(instcombine<no-verify-fixpoint>,simplifycfg,constraint-elimination,"
                              "loop-simplify,lcssa,loop-mssa(loop-rotate,licm),loop(indvars),irce),default<O2>";
/* For code in which there is little but one instruction behind the other (large.c). */
static const char straight[] = "function(sroa,early-cse<memssa>,instcombine<no-verify-fixpoint>,simplifycfg,gvn,dse,"
                               "bdce,instsimplify,simplifycfg),globaldce";
static const char o1[] = "function(sroa,early-cse,instcombine<no-verify-fixpoint>,simplifycfg)";
static const char o0[] = "function(sroa)";

int verify(struct lmodule *lm) {
    char *why = NULL;
    if (LLVMVerifyModule(lm->mod, LLVMReturnStatusAction, &why))
        fail(lm->e, E_ENGINE, NOWHERE, "what was lowered is not well-formed: %s", why);
    LLVMDisposeMessage(why);
    return lm->e->code;
}

int run_named(struct lmodule *lm, const char *passes) {
    LLVMPassBuilderOptionsRef o = LLVMCreatePassBuilderOptions();
    LLVMErrorRef bad = LLVMRunPasses(lm->mod, passes, lm->tm, o);
    LLVMDisposePassBuilderOptions(o);
    if (bad) {
        char *why = LLVMGetErrorMessage(bad);
        fail(lm->e, E_ENGINE, NOWHERE, "LLVM's passes: %s", why);
        LLVMDisposeErrorMessage(why);
    }
    return lm->e->code;
}

int run_passes(struct lmodule *lm) {
    if (lm->job->o.level < 2)
        return run_named(lm, lm->job->o.level ? o1 : o0);
    if (lm->straight)
        return run_named(lm, straight);
    if (lm->typed_module)
        return run_named(lm, typed_passes(lm));
    if (run_named(lm, ebpf_first))
        return lm->e->code;
    cancel(lm);
    if (run_named(lm, ebpf_o2))
        return lm->e->code;
    addresses(lm);
    if (lm->l->fuel)
        learn(lm);
    return 0;
}

void dump(struct lmodule *lm) {
    char *s = LLVMPrintModuleToString(lm->mod);
    fputs(s, stderr);
    LLVMDisposeMessage(s);
}
