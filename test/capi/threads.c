/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* threads.c - ten threads, each with a store of its own, run instances of one shared module of wasm.h. */
#include "kit.h"
#include <pthread.h>

enum { THREADS = 10, ROUNDS = 50, CALLS = 100 };

struct job {
    wasm_engine_t *engine;
    wasm_shared_module_t *module;
    int id, heard, wrong;
};

static wasm_trap_t *hello(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    struct job *j = env;
    (void)results;
    j->heard++;
    j->wrong += args->data[0].of.i32 != j->id;
    return NULL;
}

static void once(struct job *j, wasm_store_t *s, const wasm_module_t *m) {
    wasm_functype_t *ft = wasm_functype_new_1_0(wasm_valtype_new_i32());
    wasm_globaltype_t *gt = wasm_globaltype_new(wasm_valtype_new_i32(), WASM_CONST);
    wasm_val_t id = WASM_I32_VAL(j->id), n = WASM_I32_VAL(CALLS);
    wasm_val_vec_t args = {1, &n};
    wasm_func_t *f = wasm_func_new_with_env(s, ft, hello, j, NULL);
    wasm_global_t *g = wasm_global_new(s, gt, &id);
    wasm_extern_t *externs[] = {wasm_func_as_extern(f), wasm_global_as_extern(g)};
    wasm_extern_vec_t imports = WASM_ARRAY_VEC(externs), x;
    wasm_instance_t *in = wasm_instance_new(s, m, &imports, NULL);
    wasm_functype_delete(ft);
    wasm_globaltype_delete(gt);
    wasm_func_delete(f);
    wasm_global_delete(g);
    if (!in) {
        j->wrong++;
        return;
    }
    wasm_instance_exports(in, &x);
    wasm_instance_delete(in);
    j->wrong += wasm_func_call(wasm_extern_as_func(x.data[0]), &args, NULL) != NULL;
    wasm_extern_vec_delete(&x);
}

static void *run(void *p) {
    struct job *j = p;
    wasm_store_t *s = wasm_store_new(j->engine);
    wasm_module_t *m = wasm_module_obtain(s, j->module);
    for (int i = 0; i < ROUNDS; i++)
        once(j, s, m);
    wasm_module_delete(m);
    wasm_store_delete(s);
    return NULL;
}

int main(void) {
    wasm_engine_t *engine = wasm_engine_new(), *strange = wasm_engine_new();
    wasm_store_t *s = wasm_store_new(engine);
    wasm_module_t *m = kit_module(s, "threads");
    wasm_shared_module_t *shared = wasm_module_share(m);
    struct job job[THREADS];
    pthread_t thread[THREADS];
    wasm_module_delete(m);
    wasm_store_delete(s);
    s = wasm_store_new(strange);
    CHECK(!wasm_module_obtain(s, shared)); /* of another engine */
    wasm_store_delete(s);
    wasm_engine_delete(strange);
    for (int i = 0; i < THREADS; i++) {
        job[i] = (struct job){engine, shared, 1000 + i, 0, 0};
        CHECK(!pthread_create(&thread[i], NULL, run, &job[i]));
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    for (int i = 0; i < THREADS; i++)
        CHECK(job[i].heard == ROUNDS * CALLS && !job[i].wrong);
    wasm_shared_module_delete(shared);
    wasm_engine_delete(engine);
    return finish();
}
