/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* engine.c - a program in our engines, once for each way to run it; runs of an eBPF program. */
#include "bench.h"
#include "base/types.h"
#include <stdlib.h>
#include <string.h>

/* default: as `supervm run` has it. Of eBPF what is proven is not checked, WebAssembly is not counted. */
static const struct mode modes[] = {
    {.label = "default", .verify = SVM_VERIFY_GUARDED},
    {.label = "hardened", .verify = SVM_VERIFY_GUARDED, .harden = true},
    {.label = "checked", .verify = SVM_VERIFY_NONE},
    {.label = "bare", .verify = SVM_VERIFY_NONE, .no_checks = true, .no_fuel = true},
    {.label = "default", .wasm = true, .no_fuel = true},
    {.label = "hardened", .wasm = true, .no_fuel = true, .harden = true},
    {.label = "fuel", .wasm = true},
};

bool bench_load(struct variant *v, const struct mode *m, const struct buf *file) {
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_link_options link = SVM_LINK_INIT;
    struct svm_error e = {0};
    c.engine = v->engine;
    c.unsafe_no_checks = m->no_checks;
    c.no_fuel = m->no_fuel;
    c.harden = m->harden;
    link.verify = m->verify;
    if (!(v->vm = svm_new(&c, &e)) || !(v->m = svm_module_load(v->vm, file->data, file->len, NULL, &e)) ||
        !(v->prog = svm_program_link(v->m, &link, &e)) || !(v->in = svm_instance_new(v->prog, &e)))
        snprintf(v->error, sizeof v->error, "%.200s", e.text);
    else
        v->compile_ns = svm_program_compile_ns(v->prog);
    return !v->error[0];
}

static bool hardens(const char *engine) {
    return !strcmp(engine, "jit") || !strcmp(engine, "llvm");
}

/* Another instance, while those before are there, so that its memory lies in other pages. How fast a load is behind a
 * store at the same place of another page depends on where both pages are in the machine's memory: WebAssembly's
 * bytecode_vm takes 1.0 or 1.5 times as long as natively from instance to instance, which holds for all of an
 * instance's life. */
static bool renew(struct variant *v) {
    struct svm_error e = {0};
    struct svm_instance **was = realloc(v->was, (v->nwas + 1) * sizeof *was), *in = svm_instance_new(v->prog, &e);
    v->was = was ? was : v->was;
    if (!was || !in) {
        svm_instance_free(in);
        snprintf(v->error, sizeof v->error, "%.200s", was ? e.text : "out of memory");
        return false;
    }
    v->was[v->nwas++] = v->in;
    v->in = in;
    return true;
}

void bench_engines(struct prog *p, const struct options *o, const struct buf *file, bool wasm, run_fn *run) {
    for (unsigned i = 0; i < o->nengine; i++)
        for (const struct mode *m = modes; m < modes + COUNT(modes); m++) {
            struct variant *v = &p->v[p->nv];
            if (m->wasm != wasm || (m->harden && !hardens(o->engine[i])))
                continue;
            p->nv++;
            *v = (struct variant){.p = p, .engine = o->engine[i], .run = run, .renew = renew};
            snprintf(v->label, sizeof v->label, "%.24s %s", v->engine, m->label);
            if (!bench_load(v, m, file))
                fprintf(stderr, "bench: %s: %s: %s\n", p->name, v->label, v->error);
        }
}

void bench_ebpf_engines(struct prog *p, const struct options *o, run_fn *run) {
    struct buf file = {0};
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.o", o->dir, p->name);
    if (buf_read_file(&file, path, 1 << 26))
        fprintf(stderr, "bench: %s cannot be read\n", path);
    else
        bench_engines(p, o, &file, false, run);
    buf_free(&file);
}

uint64_t bench_run(struct variant *v, const struct svm_input *in, uint64_t n) {
    struct prog *p = v->p;
    struct svm_result r = {0};
    struct svm_error e = {0};
    uint64_t t;
    memcpy(p->work, p->input, p->size); /* programs may write what they are given */
    t = bench_ns();
    for (uint64_t i = 0; i < n; i++)
        if (svm_run(v->in, NULL, in, &r, &e)) {
            snprintf(v->error, sizeof v->error, "%.200s", e.text);
            return 0;
        }
    t = bench_ns() - t;
    v->ret = (uint32_t)r.ret;
    v->insns = r.insns;
    v->hash = fnv(p->work, p->size);
    return t;
}

void bench_engine_drop(struct variant *v) {
    while (v->nwas)
        svm_instance_free(v->was[--v->nwas]);
    free(v->was);
    svm_instance_free(v->in);
    svm_program_free(v->prog);
    svm_module_free(v->m);
    svm_free(v->vm);
    free(v->sample);
}
