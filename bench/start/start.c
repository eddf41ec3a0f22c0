/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* start.c - how long it takes until a WebAssembly program runs.
 *
 * in:  hello.wasm of this folder; the command; an executable of supervm compile; modules of the caller's
 * out: a row a figure, with its bar, and with --json a file of the same: the whole process, loading and validating,
 *      instantiating. Times are medians; of loading and instances those of the process itself: other work on the
 *      machine does not count. */
#include "start.h"
#include <getopt.h>
#include <stdlib.h>

enum { ROUNDS = 11, CODE = 32 << 20, BATCH = 1000, MANY = 100000 };

/* ---- loading ---- */

/* Milliseconds for one load; below 0: it failed, and said why. */
static double load_ms(struct svm *vm, const uint8_t *p, size_t len, const char *name) {
    struct svm_load_options o = SVM_LOAD_INIT;
    double ms[ROUNDS];
    struct svm_error err;
    o.name = name;
    for (unsigned i = 0; i < ROUNDS; i++) {
        double start = cpu_ns();
        struct svm_module *m = svm_module_load(vm, p, len, &o, &err);
        ms[i] = (cpu_ns() - start) / 1e6;
        if (!m) {
            fprintf(stderr, "bench: %s\n", err.text);
            return -1;
        }
        svm_module_free(m);
    }
    return median(ms, ROUNDS);
}

static bool bench_loading(struct report *r, struct svm *vm, const uint8_t *p, size_t len) {
    struct grown g;
    double ms;
    if (!grow_module(p, len, CODE, false, &g)) {
        fprintf(stderr, "bench: hello.wasm: not a module that can be grown\n");
        return false;
    }
    ms = load_ms(vm, g.p, g.len, "grown");
    free(g.p);
    if (ms < 0)
        return false;
    report(r, &(struct figure){.name = "validate",
                               .what = "validation of 32 MB of code",
                               .unit = "MB/s",
                               .value = (double)g.code / 1e3 / ms,
                               .least = 80});
    return true;
}

static bool bench_file(struct report *r, struct svm *vm, const char *path) {
    uint8_t *p = NULL;
    size_t len;
    double ms = read_file(path, &p, &len) ? load_ms(vm, p, len, path) : -1;
    free(p);
    if (ms < 0)
        return false;
    report(r, &(struct figure){.name = path, .what = path, .unit = "ms", .value = ms});
    report(r, &(struct figure){.name = path, .what = "    that is", .unit = "MB/s", .value = (double)len / 1e3 / ms});
    return true;
}

/* ---- instances ---- */

static int written(void *arg, struct svm_caller *c, const struct svm_val *args, struct svm_val *results) {
    (void)arg, (void)c, (void)args, (void)results;
    return 0;
}

/* Nanoseconds for one, given back again; with call, a function of it runs between. Below 0: said why. */
static double instance_ns(struct svm_linker *l, struct svm_program *p, bool call) {
    double ns[ROUNDS];
    struct svm_error err;
    for (unsigned k = 0; k < ROUNDS; k++) {
        double start = cpu_ns();
        for (unsigned i = 0; i < BATCH; i++) {
            struct svm_val arg = {SVM_I32, {.i32 = (int)i}}, result;
            struct svm_instance *in = svm_linker_instantiate(l, p, &err);
            if (!in || (call && svm_call(in, "mix", &arg, 1, &result, 1, &err))) {
                fprintf(stderr, "bench: %s\n", err.text);
                return -1;
            }
            svm_instance_free(in);
        }
        ns[k] = (cpu_ns() - start) / BATCH;
    }
    return median(ns, ROUNDS);
}

static bool bench_instances(struct report *r, struct svm *vm, const uint8_t *p, size_t len) {
    static const enum svm_valkind four[] = {SVM_I32, SVM_I32, SVM_I32, SVM_I32}, one = SVM_I32;
    const struct svm_functype type = {four, 4, &one, 1};
    struct svm_error err;
    struct svm_module *m = svm_module_load(vm, p, len, NULL, &err);
    struct svm_program *prog = m ? svm_program_link(m, NULL, &err) : NULL;
    struct svm_linker *l = prog ? svm_linker_new(vm, &err) : NULL;
    double first = -1, called = -1, later = -1;
    if (!l || svm_linker_func(l, "wasi_snapshot_preview1", "fd_write", &type, written, NULL)) {
        fprintf(stderr, "bench: %s\n", err.text);
    } else if ((first = instance_ns(l, prog, false)) > 0 && (called = instance_ns(l, prog, true)) > 0) {
        for (unsigned i = 0; i < MANY; i++)
            svm_instance_free(svm_linker_instantiate(l, prog, &err));
        later = instance_ns(l, prog, false);
    }
    svm_linker_free(l);
    svm_program_free(prog);
    svm_module_free(m);
    if (later < 0)
        return false;
    report(r, &(struct figure){.name = "instance",
                               .what = "instance of a loaded module, made and freed",
                               .unit = "us",
                               .value = first / 1e3,
                               .most = 5});
    report(r, &(struct figure){.name = "instance_call",
                               .what = "    and one function of it called",
                               .unit = "us",
                               .value = called / 1e3});
    report(r, &(struct figure){.name = "instance_later",
                               .what = "    after 100,000 of them",
                               .unit = "us",
                               .value = later / 1e3,
                               .most = 5});
    return true;
}

int main(int argc, char **argv) {
    static const struct option opts[] = {
        {"json", required_argument, NULL, 'j'}, {"supervm", required_argument, NULL, 's'}, {"alone", required_argument, NULL, 'a'}, {NULL, 0, NULL, 0}};
    const char *json = NULL, *supervm = NULL, *alone = NULL;
    struct report r = {0};
    struct svm *vm = svm_new(NULL, NULL);
    uint8_t *p = NULL;
    size_t len;
    bool good;
    int key;
    while ((key = getopt_long(argc, argv, "", opts, NULL)) != -1)
        switch (key) {
        case 'j': json = optarg; break;
        case 's': supervm = optarg; break;
        case 'a': alone = optarg; break;
        default: return 1;
        }
    if (!vm || optind >= argc || !read_file(argv[optind], &p, &len)) {
        fprintf(stderr, "usage: supervm-bench-start [--json FILE] [--supervm COMMAND] [--alone PROGRAM] HELLO.wasm [MODULE.wasm]...\n");
        return 1;
    }
    good = (!alone || bench_alone(&r, alone)) &&
           (!supervm || (bench_process(&r, supervm, argv[optind]) && bench_large(&r, vm, supervm, p, len))) &&
           bench_loading(&r, vm, p, len) && bench_instances(&r, vm, p, len);
    for (int i = optind + 1; i < argc && good; i++)
        good = bench_file(&r, vm, argv[i]);
    printf("\n%u of %u bars met\n", r.met, r.bars);
    good = good && (!json || report_json(&r, json));
    free(p);
    svm_free(vm);
    return !good;
}
