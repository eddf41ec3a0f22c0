/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* engine.c - an eBPF object in our engines, once for each way to run it. */
#include "bench.h"
#include "base/types.h"
#include <stdlib.h>

static const struct mode {
    const char *label;
    enum svm_verify_mode verify;
    bool bare; /* no memory checks, no fuel */
} modes[] = {{"default", SVM_VERIFY_GUARDED, false}, /* as `supervm run` has it: what is proven is not checked */
             {"checked", SVM_VERIFY_NONE, false},
             {"bare", SVM_VERIFY_NONE, true}};

static bool open_engine(struct variant *v, const struct mode *m, const char *dir) {
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_link_options link = SVM_LINK_INIT;
    struct svm_error e = {0};
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.o", dir, v->p->name);
    c.engine = v->engine;
    c.unsafe_no_checks = c.no_fuel = m->bare;
    link.verify = m->verify;
    if (!(v->vm = svm_new(&c, &e)) || !(v->m = svm_module_load_file(v->vm, path, NULL, &e)) ||
        !(v->prog = svm_program_link(v->m, &link, &e)) || !(v->in = svm_instance_new(v->prog, &e)))
        snprintf(v->error, sizeof v->error, "%.200s", e.text);
    else
        v->compile_ns = svm_program_compile_ns(v->prog);
    return !v->error[0];
}

void bench_engines(struct prog *p, const struct options *o, uint64_t (*run)(struct variant *v, uint64_t n)) {
    for (unsigned i = 0; i < o->nengine; i++)
        for (unsigned k = 0; k < COUNT(modes); k++) {
            struct variant *v = &p->v[p->nv++];
            *v = (struct variant){.p = p, .engine = o->engine[i], .run = run};
            snprintf(v->label, sizeof v->label, "%.24s %s", v->engine, modes[k].label);
            if (!open_engine(v, &modes[k], o->dir))
                fprintf(stderr, "bench: %s: %s: %s\n", p->name, v->label, v->error);
        }
}

void bench_engine_drop(struct variant *v) {
    svm_instance_free(v->in);
    svm_program_free(v->prog);
    svm_module_free(v->m);
    svm_free(v->vm);
    free(v->sample);
}
