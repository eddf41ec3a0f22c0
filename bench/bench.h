/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* bench.h - a program of the benchmark and the variants in which it is timed.
 *
 * bench.c times and compares; a suite (ebpf.c, wasm.c) says what a program is and in which variants it runs. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H
#include "base/buf.h"
#include "supervm/supervm.h"
#include <stdio.h>

enum { MAX_ENGINES = 8, MAX_PEERS = 8, MAX_VARIANTS = 4 * MAX_ENGINES + MAX_PEERS + 4 };

struct native_ctx { /* what the native build takes for struct xdp_md (bench/ebpf/bench.h) */
    uint8_t *data, *data_end;
};
typedef int ebpf_fn(struct native_ctx *cx);
typedef uint64_t raw_fn(void *mem);
typedef uint32_t wasm_fn(uint32_t n);
typedef void input_fn(uint8_t *buf, size_t size);

struct prog;
struct variant;
typedef uint64_t run_fn(struct variant *v, uint64_t n); /* n runs; nanoseconds. Sets ret, hash, insns */
typedef bool renew_fn(struct variant *v); /* in front of each round: memory in other pages. False: v->error says why not */

struct variant {
    struct prog *p;
    char label[40];
    const char *engine;
    bool copies;     /* works on a copy of the packet: what it leaves there is not seen */
    char error[256]; /* not empty: left out, for this reason */
    run_fn *run;
    renew_fn *renew; /* NULL: nothing is made anew */
    uint32_t ret, hash;
    uint64_t insns, compile_ns, n;
    double ns, *sample;
    struct svm *vm;
    struct svm_module *m;
    struct svm_program *prog;
    struct svm_instance *in, **was; unsigned nwas; /* was: of rounds before */
    struct kernel *kernel;
    struct rte_bpf *dpdk;
    raw_fn *jit; /* what librte_bpf compiled */
    struct peer *peer;
    void *so; /* native ones */
    wasm_fn *fn;
};

struct prog {
    char name[64];
    size_t size; /* eBPF, raw: of the input */
    uint64_t seed;
    uint8_t *input, *work;
    uint32_t arg; /* WebAssembly: of the function */
    void *so;
    ebpf_fn *ebpf;
    raw_fn *raw;
    uint64_t insns;  /* of the bytecode, in one run */
    uint64_t source; /* of the input's own instruction set; 0: the same */
    struct variant v[MAX_VARIANTS];
    unsigned nv;
};

struct options {
    const char *dir, *src, *filter, *json, *serve;
    const char *engine[MAX_ENGINES], *peer[MAX_PEERS]; /* peer: "LABEL=COMMAND" */
    unsigned nengine, npeer, rounds;
    uint64_t batch_ns;
    uint32_t serve_arg;
    bool no_kernel, no_node;
};

struct suite {
    const char *name, *folder, *ext; /* "wasm", "bench-wasm" in the build folder, ".wasm" */
    const char *source;              /* what struct prog.source counts; NULL: nothing */
    /* Fills name, variants and what run needs; false: said why. */
    bool (*open)(struct prog *p, const struct options *o);
    void (*close)(struct prog *p);
};
extern const struct suite suite_ebpf, suite_raw, suite_wasm;

struct sum {
    unsigned n;
    double ratio, insn, worst;
    const char *worst_name;
};

uint64_t bench_ns(void); /* bench.c: the thread's own time: other work on the machine does not count */
bool bench_spec(const struct prog *p, const struct options *o, char line[512]); /* "bench: ..." of the source */
/* Function symbol of NAMEext in o->dir: *fn; the handle, or NULL: said why. */
void *bench_native(const struct prog *p, const struct options *o, const char *ext, const char *symbol, void *fn);
/* The input: the program's own NAME_input(buf, size) where p->so has it, else splitmix64 (bench/ebpf/README.md). */
void bench_fill(struct prog *p);

/* engine.c: ways to run a program in an engine. */
struct mode {
    const char *label;
    enum svm_verify_mode verify;
    bool wasm;  /* of WebAssembly; else of eBPF */
    bool harden, no_fuel, no_checks;
};
bool bench_load(struct variant *v, const struct mode *m, const struct buf *file); /* in v->engine; false: v->error says why not */
void bench_engine_drop(struct variant *v);
/* A variant for each engine and each way, of eBPF those of object NAME.o in o->dir. */
void bench_engines(struct prog *p, const struct options *o, const struct buf *file, bool wasm, run_fn *run);
void bench_ebpf_engines(struct prog *p, const struct options *o, run_fn *run);
uint64_t bench_run(struct variant *v, const struct svm_input *in, uint64_t n); /* what a run_fn of eBPF does */

/* kernel.c: loads NAME.o into the kernel; v->error says why not. */
void kernel_open(struct variant *v, const char *dir);
void kernel_close(struct variant *v);

/* dpdk.c: loads an object into librte_bpf, for its interpreter or its JIT; v->error says why not. */
void dpdk_open(struct variant *v, const char *path, bool native);
void dpdk_close(struct variant *v);

/* peer.c: another process that runs the program (bench/peers/node.js says how it is talked to). */
void peer_open(struct variant *v, const char *command, const char *path);
bool peer_installed(const char *command); /* on the PATH */
void peer_close(struct variant *v);
int wasm_serve(const struct options *o); /* the other end of it */

/* report.c */
void report_header(const struct suite *s, const struct prog *p);
void report_row(const struct suite *s, const struct prog *p);
void report_totals(const struct suite *s, struct prog *const *all, unsigned n);
void report_json(const struct suite *s, FILE *f, struct prog *const *all, unsigned n);

static inline uint32_t fnv(const uint8_t *p, size_t n) {
    uint32_t h = 0x811c9dc5;
    while (n--)
        h = (h ^ *p++) * 0x01000193;
    return h;
}

/* compile.c: what it takes to compile a program of n instructions, at least, nanoseconds; below 0: it cannot be. For a runtime that has
 * compiled before; */
double compile_ns(const char *engine, unsigned n);
double compile_first_ns(const char *engine, unsigned n); /* for the first of a process */
/* Megabytes of code section a second, of the programs of the suite wasm, in one thread: from bytes on, and of lowered code alone. False: they are
 * not there, or the engine compiles none. */
bool compile_wasm(const char *engine, const struct options *o, double *whole, double *alone);

/* figures.c: what calls and compiling cost in the engines; to json, too, unless that is NULL. */
void figures(const struct options *o, FILE *json);

#endif
