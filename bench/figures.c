/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* figures.c - what calls and compiling (compile.c) cost in each engine, and the bars of the one-pass compiler. */
#include "bench.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALLS = 1000, ROUNDS = 15, SMALL = 100, LARGE = 10100 };

struct loaded {
    struct svm *vm;
    struct svm_module *m;
    struct svm_program *p;
    struct svm_instance *in;
};

static void unload(struct loaded *l) {
    svm_instance_free(l->in);
    svm_program_free(l->p);
    svm_module_free(l->m);
    svm_free(l->vm);
}

static bool load(struct loaded *l, const void *p, size_t n, const char *engine) {
    struct svm_link_options o = SVM_LINK_INIT;
    o.engine = engine;
    *l = (struct loaded){.vm = svm_new(NULL, NULL)};
    l->m = l->vm ? svm_module_load(l->vm, p, n, NULL, NULL) : NULL;
    l->p = l->m ? svm_program_link(l->m, &o, NULL) : NULL;
    l->in = l->p ? svm_instance_new(l->p, NULL) : NULL;
    if (!l->in)
        unload(l);
    return l->in;
}

/* Nanoseconds of a run, the least of some rounds; below 0: it cannot run. */
static double run_ns(const char *text, const char *engine, unsigned n) {
    struct loaded l;
    const struct svm_entry *e;
    double best = INFINITY;
    if (!load(&l, text, strlen(text), engine))
        return -1;
    e = svm_program_entry(l.p, NULL);
    for (unsigned r = 0; r < ROUNDS; r++) {
        uint64_t start = bench_ns(), t;
        for (unsigned k = 0; k < n; k++)
            svm_run_entry(l.in, e, NULL, NULL, NULL);
        t = bench_ns() - start;
        best = fmin(best, (double)t / n);
    }
    unload(&l);
    return best;
}

/* Nanoseconds of a call of a function without arguments whose result is 7. */
static double call_ns(const char *engine) {
    static const uint8_t wasm[] = {0, 'a', 's', 'm', 1, 0, 0,   0, 1, 5,  1, 0x60, 0, 1, 0x7f, 3, 2,
                                   1, 0,   7,   5,   1, 1, 'f', 0, 0, 10, 6, 1,    4, 0, 0x41, 7, 0x0b};
    struct loaded l;
    const struct svm_func *f;
    struct svm_val seven = {0};
    double best = INFINITY;
    if (!load(&l, wasm, sizeof wasm, engine))
        return -1;
    f = svm_instance_func(l.in, "f");
    for (unsigned r = 0; r < ROUNDS; r++) {
        uint64_t start = bench_ns(), t;
        for (unsigned k = 0; k < CALLS; k++)
            svm_func_call(l.in, f, NULL, 0, &seven, 1, NULL);
        t = bench_ns() - start;
        best = fmin(best, (double)t / CALLS);
    }
    unload(&l);
    return seven.of.i32 == 7 ? best : -1;
}

/* bar: at most that; below 0: at least that; 0: none. */
static void figure(const char *engine, const char *what, double v, const char *unit, double bar, FILE *json,
                   bool *first) {
    bool has = bar != 0 && !strcmp(engine, "jit");
    printf("%-10s %-52s %9.2f %s", engine, what, v, unit);
    if (has)
        printf("   at %s %g: %s", bar < 0 ? "least" : "most", fabs(bar), (bar < 0 ? v >= -bar : v <= bar) ? "met" : "missed");
    printf("\n");
    if (json)
        fprintf(json, "%s\n {\"engine\":\"%s\",\"what\":\"%s\",\"value\":%.3f,\"unit\":\"%s\"}", *first ? "" : ",",
                engine, what, v, unit);
    *first = false;
}

void figures(const struct options *o, FILE *json) {
    bool first = true;
    printf("\n");
    if (json)
        fprintf(json, ",\n\"figures\":[");
    for (unsigned k = 0; k < o->nengine; k++) {
        const char *e = o->engine[k];
        double small = compile_ns(e, SMALL), large = compile_ns(e, LARGE), call = run_ns("mov r0, 0\nexit\n", e, CALLS);
        double wasm = call_ns(e), with_lowering, alone;
        double with = run_ns("mov r6, 1000\ncall 8\nsub r6, 1\njne r6, 0, -3\nexit\n", e, 20);
        double without = run_ns("mov r6, 1000\nmov r0, 0\nsub r6, 1\njne r6, 0, -3\nexit\n", e, 20);
        if (small < 0 || large < 0 || call < 0 || with < 0 || without < 0)
            continue;
        figure(e, "call of an empty program from the host", call, "ns", 5, json, &first);
        if (wasm >= 0)
            figure(e, "call of an empty WebAssembly function from the host", wasm, "ns", 15, json, &first);
        figure(e, "call of a helper (bpf_get_smp_processor_id)", (with - without) / CALLS, "ns", 2.5, json, &first);
        figure(e, "compiling 100 instructions", small / 1e3, "us", 20, json, &first);
        figure(e, "compiling 100 instructions, first in a process", compile_first_ns(e, SMALL) / 1e3, "us", 0, json,
               &first);
        figure(e, "compiling, an instruction beyond", (large - small) / (LARGE - SMALL), "ns", 40, json, &first);
        if (!compile_wasm(e, o, &with_lowering, &alone))
            continue;
        figure(e, "validating, lowering and compiling WebAssembly", with_lowering, "MB/s", 0, json, &first);
        figure(e, "compiling WebAssembly", alone, "MB/s", -20, json, &first);
    }
    if (json)
        fprintf(json, "]");
}
