/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed_kit.h - for tests that run modules of test/wasm: build/wasm/NAME.wasm in, an instance out. Tests run in each
 * engine: WebAssembly in one, the eBPF beside it in the same and in every other one. */
#ifndef TEST_UNIT_TYPED_KIT_H
#define TEST_UNIT_TYPED_KIT_H
#include "supervm/supervm.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

/* Of the round in progress. */
static struct {
    const char *wasm, *ebpf;
} kit;

/* The runtime's engine is that of eBPF; kit_link() takes the other one. */
static inline struct svm *kit_vm(const struct svm_config *from) {
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_error err;
    struct svm *vm;
    if (from)
        c = *from;
    c.engine = kit.ebpf;
    if (!(vm = svm_new(&c, &err)))
        fail_msg("%s", err.text);
    return vm;
}

static inline struct svm_program *kit_link(struct svm_module *m, struct svm_error *err) {
    struct svm_link_options o = SVM_LINK_INIT;
    o.engine = kit.wasm;
    return svm_program_link(m, &o, err);
}

/* Some run eBPF alone. */
static inline bool kit_runs_wasm(struct svm *vm, const char *engine) {
    static const unsigned char text[] = {0, 'a', 's', 'm', 1, 0,  0, 0, 1, 4, 1,  0x60, 0, /* (module (func)) */
                                         0, 3,   2,   1,   0, 10, 4, 1, 2, 0, 0xb};
    struct svm_error err;
    struct svm_link_options o = SVM_LINK_INIT;
    struct svm_module *m = svm_module_load(vm, text, sizeof text, NULL, &err);
    struct svm_program *p;
    o.engine = engine;
    p = m ? svm_program_link(m, &o, &err) : NULL;
    if (!p && err.code != SVM_EENGINE) {
        fprintf(stderr, "engine %s: %s\n", engine, err.text);
        exit(1);
    }
    svm_program_free(p);
    svm_module_free(m);
    return p;
}

enum kit_of { KIT_WASM = 1, KIT_EBPF = 2, KIT_BOTH = 3 }; /* what the tests run: which rounds there are */

static inline int kit_main(const char *name, enum kit_of of, const struct CMUnitTest *tests, size_t n) {
    struct svm *vm = svm_new(NULL, NULL);
    const struct svm_engine_info *wasm, *ebpf;
    int failed = 0, rounds = 0;
    char group[200];
    for (size_t i = 0; (wasm = svm_engine_at(vm, i)); i++) {
        if (of & KIT_WASM && wasm->usable && !kit_runs_wasm(vm, wasm->name)) {
            printf("engine %s runs no WebAssembly: left out\n", wasm->name);
            continue;
        }
        for (size_t k = 0; wasm->usable && (ebpf = svm_engine_at(vm, k)); k++) {
            if (!ebpf->usable || (of != KIT_BOTH && k != i))
                continue;
            kit.wasm = wasm->name;
            kit.ebpf = ebpf->name;
            snprintf(group, sizeof group, of == KIT_BOTH ? "%s, %s beside eBPF in %s" : "%s, %s", name, kit.wasm,
                     kit.ebpf);
            failed += _cmocka_run_group_tests(group, tests, n, NULL, NULL);
            rounds++;
        }
    }
    svm_free(vm);
    return failed || !rounds;
}

static inline const char *kit_path(const char *name, char path[512]) {
    const char *build = getenv("SVM_BUILD");
    snprintf(path, 512, "%s/wasm/%s.wasm", build ? build : "build", name);
    return path;
}

/* Of a file that wat2wasm made; the test is skipped where there is none. */
static inline struct svm_program *kit_program(struct svm *vm, const char *name) {
    struct svm_error err;
    struct svm_module *m;
    struct svm_program *p = NULL;
    char path[512];
    if (access(kit_path(name, path), R_OK))
        skip();
    if (!(m = svm_module_load_file(vm, path, NULL, &err)) || !(p = kit_link(m, &err)))
        fail_msg("%s", err.text);
    svm_module_free(m);
    return p;
}

static inline struct svm_instance *kit_instance(struct svm_linker *l, struct svm_program *p) {
    struct svm_error err;
    struct svm_instance *in = svm_linker_instantiate(l, p, &err);
    if (!in)
        fail_msg("%s", err.text);
    return in;
}

/* A function of i32 alone; its result, or -1000 - trap. */
static inline int kit_call(struct svm_instance *in, const char *name, size_t n, int a, int b, int c) {
    struct svm_val args[3] = {{SVM_I32, {.i32 = a}}, {SVM_I32, {.i32 = b}}, {SVM_I32, {.i32 = c}}}, r = {0};
    const struct svm_func *f = svm_instance_func(in, name);
    struct svm_error err;
    int rc;
    assert_non_null(f);
    rc = svm_func_call(in, f, args, n, &r, svm_func_kind(f, true, 0) != 0, &err);
    if (rc && rc != SVM_ETRAP)
        fail_msg("%s", err.text);
    return rc ? -1000 - (int)svm_instance_trap(in)->trap : r.of.i32;
}
enum {
    TRAPPED_BOUNDS = -1002,
    TRAPPED_DIVIDE = -1003,
    TRAPPED_HOST = -1016,
    TRAPPED_NO_ELEMENT = -1019,
    TRAPPED_NULL_ELEMENT = -1020,
    TRAPPED_EXCEPTION = -1024,
    TRAPPED_FUEL = -1032,
    TRAPPED_INTERRUPT = -1033,
    TRAPPED_DEPTH = -1034
};

#endif
