/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed_kit.h - for tests that run modules of test/wasm: build/wasm/NAME.wasm in, an instance out. */
#ifndef TEST_UNIT_TYPED_KIT_H
#define TEST_UNIT_TYPED_KIT_H
#include "supervm/supervm.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

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
    if (!(m = svm_module_load_file(vm, path, NULL, &err)) || !(p = svm_program_link(m, NULL, &err)))
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
