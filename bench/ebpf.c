/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ebpf.c - the programs of bench/ebpf: an XDP program a file, over one packet.
 *
 * in:  NAME.o (for BPF) and NAME.so (native) for each program, and the source, whose line
 *      "bench: input=N seed=N runs_hint=N" says what the program is fed */
#include "bench.h"
#include <stdlib.h>
#include <string.h>

static uint64_t run_native(struct variant *v, uint64_t n) {
    struct prog *p = v->p;
    struct native_ctx cx = {p->work, p->work + p->size};
    uint64_t t;
    memcpy(p->work, p->input, p->size); /* programs may write their packet */
    t = bench_ns();
    for (uint64_t i = 0; i < n; i++)
        v->ret = (uint32_t)p->ebpf(&cx);
    t = bench_ns() - t;
    v->hash = fnv(p->work, p->size);
    return t;
}

static uint64_t run_engine(struct variant *v, uint64_t n) {
    struct svm_packet pkt = {.data = v->p->work, .len = (uint32_t)v->p->size};
    return bench_run(v, &(struct svm_input){.kind = SVM_KIND_XDP, .packet = &pkt}, n);
}

static bool read_spec(struct prog *p, const struct options *o) {
    unsigned long input, seed, runs;
    char line[512];
    if (!bench_spec(p, o, line) || sscanf(line, "bench: input=%lu seed=%lu runs_hint=%lu", &input, &seed, &runs) != 3 ||
        input > 1 << 20)
        return false;
    p->size = input;
    p->seed = seed;
    return true;
}

static bool open_prog(struct prog *p, const struct options *o) {
    if (!read_spec(p, o) || !(p->input = calloc(2, p->size)) || !(p->so = bench_native(p, o, ".so", p->name, &p->ebpf)))
        return false;
    p->work = p->input + p->size;
    bench_fill(p);
    p->v[p->nv++] = (struct variant){.p = p, .label = "native", .run = run_native};
    bench_ebpf_engines(p, o, run_engine);
    if (!o->no_kernel) {
        struct variant *v = &p->v[p->nv++];
        v->p = p;
        snprintf(v->label, sizeof v->label, "kernel");
        kernel_open(v, o->dir);
    }
    return true;
}

static void close_prog(struct prog *p) {
    for (unsigned i = 0; i < p->nv; i++) {
        bench_engine_drop(&p->v[i]);
        kernel_close(&p->v[i]);
    }
    free(p->input);
}

const struct suite suite_ebpf = {"ebpf", "bench", ".o", NULL, open_prog, close_prog};
