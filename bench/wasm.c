/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm.c - the programs of bench/wasm: a function bench(n) a file.
 *
 * in:  NAME.wasm and NAME.so (native) for each program, and the source, whose line "bench: n=N" says the argument */
#include "bench.h"
#include "count.h"
#include <dlfcn.h>
#include <string.h>
#include <unistd.h>

static uint64_t run_native(struct variant *v, uint64_t n) {
    uint64_t t = bench_ns();
    for (uint64_t i = 0; i < n; i++)
        v->ret = v->fn(v->p->arg);
    return bench_ns() - t;
}

static uint64_t run_engine(struct variant *v, uint64_t n) {
    struct svm_val arg = {.kind = SVM_I32, .of.i32 = (int32_t)v->p->arg}, ret = {0};
    struct svm_error e = {0};
    uint64_t t = bench_ns();
    for (uint64_t i = 0; i < n; i++)
        if (svm_call(v->in, "bench", &arg, 1, &ret, 1, &e)) {
            snprintf(v->error, sizeof v->error, "%.200s", e.text);
            return 0;
        }
    t = bench_ns() - t;
    v->ret = (uint32_t)ret.of.i32;
    v->insns = svm_instance_insns(v->in);
    return t;
}

static const struct mode plain = {.label = "default", .wasm = true, .no_fuel = true};

/* WebAssembly instructions of one run: by a module that counts them itself, in the first engine. */
static bool count_source(struct prog *p, const struct options *o, const struct buf *file) {
    struct variant v = {.p = p, .engine = o->engine[0]};
    struct buf b = {0};
    struct error e = {0};
    struct svm_val n = {0};
    if (!count_instrument(file->data, file->len, &b, &e) && bench_load(&v, &plain, &b)) {
        struct svm_global *g = svm_instance_global(v.in, COUNT_EXPORT);
        run_engine(&v, 1);
        if (g)
            svm_global_get(g, &n);
        p->source = (uint64_t)n.of.i64;
    }
    if (e.code || v.error[0])
        fprintf(stderr, "bench: %s: counting its instructions: %s\n", p->name, e.code ? e.text : v.error);
    bench_engine_drop(&v);
    buf_free(&b);
    return p->source;
}

static bool add_native(struct prog *p, const struct options *o, const char *label, const char *ext) {
    struct variant *v = &p->v[p->nv];
    *v = (struct variant){.p = p, .run = run_native};
    snprintf(v->label, sizeof v->label, "%s", label);
    v->so = bench_native(p, o, ext, "bench", &v->fn);
    p->nv += v->so != NULL;
    return v->so != NULL;
}

static void add_peer(struct prog *p, const char *label, int len, const char *command, const char *path) {
    struct variant *v = &p->v[p->nv++];
    v->p = p;
    snprintf(v->label, sizeof v->label, "%.*s", len, label);
    peer_open(v, command, path);
}

/* What wasm2c made, V8's two compilers, where they are there; and what the command line names. */
static void add_peers(struct prog *p, const struct options *o, const char *path) {
    char so[4096];
    snprintf(so, sizeof so, "%s/%s.w2c.so", o->dir, p->name);
    if (!access(so, R_OK))
        add_native(p, o, "wasm2c", ".w2c.so");
    if (!o->no_node && peer_installed("node")) {
        add_peer(p, "V8 Liftoff", 20, "node --liftoff-only bench/peers/node.js", path);
        add_peer(p, "V8 TurboFan", 20, "node --no-liftoff bench/peers/node.js", path);
    }
    for (unsigned i = 0; i < o->npeer; i++) {
        const char *command = strchr(o->peer[i], '=');
        add_peer(p, o->peer[i], (int)(command - o->peer[i]), command + 1, path);
    }
}

static bool open_prog(struct prog *p, const struct options *o) {
    char path[4096], line[512];
    struct buf file = {0};
    bool good;
    snprintf(path, sizeof path, "%s/%s.wasm", o->dir, p->name);
    good = bench_spec(p, o, line) && sscanf(line, "bench: n=%u", &p->arg) == 1 &&
           !buf_read_file(&file, path, 1 << 26) && add_native(p, o, "native", ".so");
    if (good) {
        count_source(p, o, &file);
        bench_engines(p, o, &file, true, run_engine);
        add_peers(p, o, path);
    }
    buf_free(&file);
    return good;
}

static void close_prog(struct prog *p) {
    for (unsigned i = 0; i < p->nv; i++) {
        bench_engine_drop(&p->v[i]);
        peer_close(&p->v[i]);
        if (p->v[i].so)
            dlclose(p->v[i].so);
    }
}

const struct suite suite_wasm = {"wasm", "bench-wasm", ".wasm", "wasm", open_prog, close_prog};

/* What a peer does (peer.c), in the first engine: lines of counts in, nanoseconds and the result out. */
int wasm_serve(const struct options *o) {
    struct prog p = {.arg = o->serve_arg};
    struct variant v = {.p = &p, .engine = o->engine[0]};
    unsigned long long n;
    struct buf file = {0};
    if (buf_read_file(&file, o->serve, 1 << 26)) {
        snprintf(v.error, sizeof v.error, "cannot be read");
    } else if (bench_load(&v, &plain, &file)) {
        while (!v.error[0] && scanf("%llu", &n) == 1) {
            uint64_t ns = run_engine(&v, n);
            printf("%llu %u\n", (unsigned long long)ns, v.ret);
            fflush(stdout);
        }
    }
    if (v.error[0])
        fprintf(stderr, "bench: %s: %s\n", o->serve, v.error);
    bench_engine_drop(&v);
    buf_free(&file);
    return v.error[0] ? 1 : 0;
}
