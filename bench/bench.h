/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* bench.h - a program of the benchmark and the variants in which it is timed. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H
#include "supervm/supervm.h"

enum { MAX_ENGINES = 8, MAX_VARIANTS = 2 * MAX_ENGINES + 2 };

struct native_ctx { /* what the native build takes for struct xdp_md (bench/ebpf/bench.h) */
    uint8_t *data, *data_end;
};
typedef int native_fn(struct native_ctx *cx);
typedef void input_fn(uint8_t *buf, size_t size);

struct prog;
struct variant {
    struct prog *p;
    char label[40];
    const char *engine;
    bool bare;       /* no memory checks, no fuel */
    bool copies;     /* works on a copy of the packet: what it leaves there is not seen */
    char error[256]; /* not empty: left out, for this reason */
    uint64_t (*run)(struct variant *v, uint64_t n); /* n runs on p->work; nanoseconds */
    uint32_t ret, hash;
    uint64_t insns, compile_ns, n;
    double ns, *sample;
    struct svm *vm;
    struct svm_module *m;
    struct svm_program *prog;
    struct svm_instance *in;
    struct kernel *kernel;
};

struct prog {
    char name[64];
    size_t size;
    uint64_t seed, hint;
    uint8_t *input, *work;
    void *so;
    native_fn *native;
    uint64_t insns;
    struct variant v[MAX_VARIANTS];
    unsigned nv;
};

struct options {
    const char *dir, *src, *filter, *json;
    const char *engine[MAX_ENGINES];
    unsigned nengine, rounds;
    uint64_t batch_ns;
    bool no_kernel;
};

struct sum {
    unsigned n;
    double ratio, insn, worst;
    const char *worst_name;
};

/* kernel.c: loads NAME.o into the kernel; v->error says why not. */
void kernel_open(struct variant *v, const char *dir);
void kernel_close(struct variant *v);

static inline uint32_t fnv(const uint8_t *p, size_t n) {
    uint32_t h = 0x811c9dc5;
    while (n--)
        h = (h ^ *p++) * 0x01000193;
    return h;
}

#endif
