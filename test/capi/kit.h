/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit.h - for the programs that use wasm.h as any host does, linked with libsupervm.so: checks that are counted,
 * modules out of build/capi (test/capi/NAME.wat by wat2wasm). */
#ifndef TEST_CAPI_KIT_H
#define TEST_CAPI_KIT_H
#include "wasm.h"
#include <stdio.h>
#include <stdlib.h>

static int passed, failed;

static inline void check_(bool ok, const char *file, int line, const char *what) {
    if (ok) {
        passed++;
    } else {
        failed++;
        printf("FAIL %s:%d: %s\n", file, line, what);
    }
}
#define CHECK(x) check_((x), __FILE__, __LINE__, #x)

static inline int finish(void) {
    printf("%d passed, %d failed\n", passed, failed);
    return failed || !passed;
}

static inline void kit_bytes(const char *name, wasm_byte_vec_t *out) {
    const char *build = getenv("SVM_BUILD");
    char path[512];
    FILE *f;
    long n;
    snprintf(path, sizeof path, "%s/capi/%s.wasm", build ? build : "build", name);
    if (!(f = fopen(path, "rb"))) {
        printf("skipped: %s: no such file (wat2wasm makes it)\n", path);
        exit(77);
    }
    fseek(f, 0, SEEK_END);
    n = ftell(f);
    rewind(f);
    wasm_byte_vec_new_uninitialized(out, (size_t)n);
    if (fread(out->data, 1, (size_t)n, f) != (size_t)n)
        exit(1);
    fclose(f);
}

static inline wasm_module_t *kit_module(wasm_store_t *s, const char *name) {
    wasm_byte_vec_t bytes;
    wasm_module_t *m;
    kit_bytes(name, &bytes);
    m = wasm_module_new(s, &bytes);
    wasm_byte_vec_delete(&bytes);
    CHECK(m != NULL);
    return m;
}

/* Its message is (at the end) text; deletes it. */
static inline bool trapped(wasm_trap_t *t, const char *text) {
    wasm_message_t m;
    bool ok = false;
    if (!t)
        return false;
    wasm_trap_message(t, &m);
    ok = m.size && !m.data[m.size - 1] && strstr(m.data, text);
    if (!ok)
        printf("trap: %s\n", m.size ? m.data : "");
    wasm_byte_vec_delete(&m);
    wasm_trap_delete(t);
    return ok;
}

/* An instance of a module that imports n externs; the test ends where there is none. */
static inline wasm_instance_t *kit_instance(wasm_store_t *s, const wasm_module_t *m, wasm_extern_t **imports,
                                            size_t n) {
    wasm_extern_vec_t v = {n, imports};
    wasm_trap_t *t = NULL;
    wasm_instance_t *in = wasm_instance_new(s, m, &v, &t);
    if (!in) {
        CHECK(trapped(t, "no trap wanted"));
        exit(finish());
    }
    return in;
}

/* Of i32 parameters, one i32 result or none (0 then); *t is its trap. */
static inline int kit_call(const wasm_func_t *f, size_t n, int a, int b, wasm_trap_t **t) {
    wasm_val_t v[2] = {WASM_I32_VAL(a), WASM_I32_VAL(b)}, r = {.kind = WASM_I32, .of = {.i32 = 0}};
    wasm_val_vec_t args = {n, v}, results = {wasm_func_result_arity(f), &r};
    wasm_trap_t *bad = wasm_func_call(f, &args, &results);
    if (t)
        *t = bad;
    else
        CHECK(!bad);
    return bad ? -1 : r.of.i32;
}

static inline wasm_func_t *func_at(const wasm_extern_vec_t *v, size_t i) {
    wasm_func_t *f = i < v->size ? wasm_extern_as_func(v->data[i]) : NULL;
    if (!f) {
        CHECK(!"a function");
        exit(finish());
    }
    return f;
}
#endif
