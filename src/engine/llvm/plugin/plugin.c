/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* plugin.c - the plug-in's table: from a linked program to the bytes of an object. */
#include "engine/llvm/plugin/inline.h"
#include "supervm_build_id.h"
#include <llvm/Config/llvm-config.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
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
    for (u32 f = lm->from; f < lm->to; f++) {
        const struct func *x = &lm->m->func[f];
        if (!x->imported && (x->typed ? typed_define(lm, f) : ebpf_define(lm, f)))
            return lm->e->code;
    }
    if (!lm->part && module_head(lm))
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
    inline_now(lm);
    if (lm->e->code || run_passes(lm) || harden(lm))
        return lm->e->code;
    lap(&w, "passes of LLVM");
    if (o->dump_after)
        dump(lm);
    if (lm->job->kind == LLVM_OBJECT || lm->job->kind == LLVM_ASSEMBLY)
        cut_blocks(lm);
    emit_bytes(lm, lm->job->kind, out);
    lap(&w, "code");
    return lm->e->code;
}

/* --- parts --- */

struct part {
    struct lmodule lm;
    struct buf *out;
    struct error e;
};

static void make_part(struct part *p) {
    struct arena a = {0};
    p->lm.a = &a;
    p->lm.e = &p->e;
    compile(&p->lm, p->out);
    debug_end(&p->lm);
    module_end(&p->lm);
    arena_drop(&a);
}

/* Each thread takes the next part that nobody has taken. */
struct work {
    struct part *part;
    u32 n;
    atomic_uint taken;
};
static void *make_parts(void *arg) {
    struct work *w = arg;
    u32 k;
    while ((k = atomic_fetch_add(&w->taken, 1)) < w->n)
        make_part(&w->part[k]);
    return NULL;
}

/* Functions are shared out by their number of instructions. What is bound by words of the environment, which eBPF
 * functions name, stands in one part. */
static void share_out(const struct module *m, struct part *p, u32 parts) {
    u64 all = 0, seen = 0;
    u32 f = 0;
    bool typed = true;
    for (u32 k = 0; k < m->nfunc; k++) {
        typed &= m->func[k].typed;
        all += m->func[k].nslot;
    }
    for (u32 k = 0; k < parts; k++) {
        p[k].lm.from = f;
        while (f < m->nfunc && (!typed || k + 1 == parts || seen < all * (k + 1) / parts))
            seen += m->func[f++].nslot;
        p[k].lm.to = f;
    }
}

/* Typed functions are made ready by the first part that comes to them; their sizes are known then. */
static int make_ready(const struct module *m, struct error *e) {
    for (u32 k = 0; k < m->nfunc; k++)
        if (m->func[k].typed && !m->func[k].imported && func_ready(m, k, e))
            return e->code;
    return 0;
}

static int emit(const struct llvm_job *j, struct buf *out, struct error *e) {
    enum { MOST = 64 };
    u32 n = j->o.parts ? j->o.parts : 1, threads = j->o.threads < n ? j->o.threads : n, more = 0;
    struct part *p = calloc(n, sizeof *p);
    struct work w = {.part = p, .n = n};
    pthread_t thread[MOST];
    if (!p)
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    for (u32 k = 0; k < n; k++) {
        buf_clear(&out[k]);
        p[k] = (struct part){.lm = {.job = j, .l = j->l, .m = j->l->m, .part = k, .parts = n}, .out = &out[k]};
    }
    if (!make_ready(j->l->m, e)) {
        share_out(j->l->m, p, n);
        while (more + 1 < threads && more < MOST && !pthread_create(&thread[more], NULL, make_parts, &w))
            more++;
        make_parts(&w);
    }
    while (more)
        pthread_join(thread[--more], NULL);
    for (u32 k = 0; k < n; k++)
        if (p[k].e.code && !e->code)
            *e = p[k].e;
    free(p);
    return e->code;
}

__attribute__((visibility("default"))) extern const struct llvm_plugin svm_llvm_plugin;
const struct llvm_plugin svm_llvm_plugin = {LLVM_PLUGIN_VERSION, SVM_BUILD_ID, LLVM_VERSION_STRING, emit};
