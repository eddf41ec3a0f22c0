/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ebpf.c - the programs of bench/ebpf: an XDP program a file, over one packet.
 *
 * in:  NAME.o (for BPF) and NAME.so (native) for each program, and the source, whose line
 *      "bench: input=N seed=N runs_hint=N" says what the program is fed */
#include "bench.h"
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

/* The input: the program's own NAME_input(buf, size), else splitmix64 (bench/ebpf/README.md). */
static void fill(struct prog *p) {
    uint64_t seed = p->seed, z = 0;
    char name[128];
    input_fn *own;
    for (size_t i = 0; i < p->size; i++) {
        if (i % 8 == 0) {
            z = seed += 0x9e3779b97f4a7c15u;
            z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
            z = (z ^ z >> 27) * 0x94d049bb133111ebu;
            z ^= z >> 31;
        }
        p->input[i] = (uint8_t)(z >> i % 8 * 8);
    }
    snprintf(name, sizeof name, "%s_input", p->name);
    *(void **)&own = dlsym(p->so, name);
    if (own)
        own(p->input, p->size);
}

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
    struct prog *p = v->p;
    struct svm_packet pkt = {.data = p->work, .len = (uint32_t)p->size};
    struct svm_input in = {.kind = SVM_KIND_XDP, .packet = &pkt};
    struct svm_result r = {0};
    struct svm_error e = {0};
    uint64_t t;
    memcpy(p->work, p->input, p->size);
    t = bench_ns();
    for (uint64_t i = 0; i < n; i++)
        if (svm_run(v->in, NULL, &in, &r, &e)) {
            snprintf(v->error, sizeof v->error, "%.200s", e.text);
            return 0;
        }
    t = bench_ns() - t;
    v->ret = (uint32_t)r.ret;
    v->insns = r.insns;
    v->hash = fnv(p->work, p->size);
    return t;
}

static bool open_engine(struct variant *v, const char *dir) {
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_error e = {0};
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.o", dir, v->p->name);
    c.engine = v->engine;
    c.unsafe_no_checks = c.no_fuel = v->bare;
    v->run = run_engine;
    if (!(v->vm = svm_new(&c, &e)) || !(v->m = svm_module_load_file(v->vm, path, NULL, &e)) ||
        !(v->prog = svm_program_link(v->m, NULL, &e)) || !(v->in = svm_instance_new(v->prog, &e)))
        snprintf(v->error, sizeof v->error, "%.200s", e.text);
    else
        v->compile_ns = svm_program_compile_ns(v->prog);
    return !v->error[0];
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
    fill(p);
    p->v[p->nv++] = (struct variant){.p = p, .label = "native", .run = run_native};
    for (unsigned i = 0; i < o->nengine; i++)
        for (unsigned bare = 0; bare < 2; bare++) {
            struct variant *v = &p->v[p->nv++];
            v->p = p;
            v->engine = o->engine[i];
            v->bare = bare;
            snprintf(v->label, sizeof v->label, "%.24s %s", v->engine, bare ? "bare" : "default");
            if (!open_engine(v, o->dir))
                fprintf(stderr, "bench: %s: %s: %s\n", p->name, v->label, v->error);
        }
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
