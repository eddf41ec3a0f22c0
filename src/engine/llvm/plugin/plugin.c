/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* plugin.c - the plug-in's table: from a linked program to the bytes of an object. */
#include "engine/llvm/plugin/lower.h"
#include "supervm_build_id.h"
#include <llvm/Config/llvm-config.h>
#include <stdio.h>
#include <time.h>

/* What takes how long, for --time-passes. */
struct watch {
    struct timespec from;
    bool on;
};
static void lap(struct watch *w, const char *what) {
    struct timespec now;
    double ms;
    if (!w->on)
        return;
    clock_gettime(CLOCK_MONOTONIC, &now);
    ms = (double)(now.tv_sec - w->from.tv_sec) * 1e3 + (double)(now.tv_nsec - w->from.tv_nsec) / 1e6;
    if (what)
        fprintf(stderr, "%-24s %9.3f ms\n", what, ms);
    w->from = now;
}

static int lower(struct lmodule *lm) {
    if (module_begin(lm) || debug_begin(lm) || ebpf_declare(lm) || typed_declare(lm))
        return lm->e->code;
    for (u32 f = 0; f < lm->m->nfunc; f++) {
        const struct func *x = &lm->m->func[f];
        if (!x->imported && (x->typed ? typed_define(lm, f) : ebpf_define(lm, f)))
            return lm->e->code;
    }
    if (module_head(lm))
        return lm->e->code;
    debug_end(lm);
    return lm->e->code ? lm->e->code : verify(lm);
}

static int compile(struct lmodule *lm, struct buf *out) {
    const struct llvm_options *o = &lm->job->o;
    struct watch w = {.on = o->time_passes};
    lap(&w, NULL);
    if (lower(lm))
        return lm->e->code;
    lap(&w, "lowering to LLVM IR");
    if (o->dump_before)
        dump(lm);
    if (run_passes(lm))
        return lm->e->code;
    lap(&w, "passes of LLVM");
    if (o->dump_after)
        dump(lm);
    emit_bytes(lm, lm->job->kind, out);
    lap(&w, "code");
    return lm->e->code;
}

static int emit(const struct llvm_job *j, struct buf *out, struct error *e) {
    struct arena a = {0};
    struct lmodule lm = {.job = j, .l = j->l, .m = j->l->m, .a = &a, .e = e};
    u32 parts = j->o.threads > 1 ? j->o.threads : 1;
    for (u32 k = 0; k < parts; k++)
        buf_clear(&out[k]);
    compile(&lm, out);
    debug_end(&lm);
    module_end(&lm);
    arena_drop(&a);
    return e->code;
}

__attribute__((visibility("default"))) extern const struct llvm_plugin svm_llvm_plugin;
const struct llvm_plugin svm_llvm_plugin = {LLVM_PLUGIN_VERSION, SVM_BUILD_ID, LLVM_VERSION_STRING, emit};
