/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* raw.c - the programs of bench/raw: a function a file over a buffer of fixed size, without loops, so that DPDK's
 * librte_bpf takes them too.
 *
 * in:  NAME.o (for BPF) and NAME.so (native) for each program, and the source, whose line
 *      "bench: input=N seed=N" says what the program is fed */
#include "bench.h"
#include <stdlib.h>
#include <string.h>

static uint64_t run_native(struct variant *v, uint64_t n) {
    struct prog *p = v->p;
    uint64_t t, ret = 0;
    memcpy(p->work, p->input, p->size);
    t = bench_ns();
    for (uint64_t i = 0; i < n; i++)
        ret = p->raw(p->work);
    t = bench_ns() - t;
    v->ret = (uint32_t)ret;
    v->hash = fnv(p->work, p->size);
    return t;
}

static uint64_t run_engine(struct variant *v, uint64_t n) {
    return bench_run(v, &(struct svm_input){.kind = SVM_KIND_RAW, .mem = v->p->work, .mem_len = v->p->size}, n);
}

static bool read_spec(struct prog *p, const struct options *o) {
    unsigned long input, seed;
    char line[512];
    if (!bench_spec(p, o, line) || sscanf(line, "bench: input=%lu seed=%lu", &input, &seed) != 2 || input > 1 << 20)
        return false;
    p->size = input;
    p->seed = seed;
    return true;
}

static bool open_prog(struct prog *p, const struct options *o) {
    char path[4096];
    if (!read_spec(p, o) || !(p->input = calloc(2, p->size)) || !(p->so = bench_native(p, o, ".so", p->name, &p->raw)))
        return false;
    p->work = p->input + p->size;
    bench_fill(p);
    p->v[p->nv++] = (struct variant){.p = p, .label = "native", .run = run_native};
    bench_ebpf_engines(p, o, run_engine);
    snprintf(path, sizeof path, "%s/%s.o", o->dir, p->name);
    for (unsigned native = 0; native < 2; native++) {
        struct variant *v = &p->v[p->nv++];
        v->p = p;
        snprintf(v->label, sizeof v->label, native ? "DPDK JIT" : "DPDK interp");
        dpdk_open(v, path, native);
    }
    return true;
}

static void close_prog(struct prog *p) {
    for (unsigned i = 0; i < p->nv; i++) {
        bench_engine_drop(&p->v[i]);
        dpdk_close(&p->v[i]);
    }
    free(p->input);
}

const struct suite suite_raw = {"raw", "bench-raw", ".o", NULL, open_prog, close_prog};
