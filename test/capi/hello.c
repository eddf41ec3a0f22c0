/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* hello.c - callbacks of wasm.h, with and without env: values in and out, wrong ones, functions called directly. */
#include "kit.h"

static int said[4], nsaid;

static wasm_trap_t *say(const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    CHECK(args->size == 1 && results->size == 0 && args->data[0].kind == WASM_I32);
    if (nsaid < 4)
        said[nsaid++] = args->data[0].of.i32;
    return NULL;
}

static wasm_trap_t *say_env(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    (void)results;
    *(int *)env += args->data[0].of.i32 * 100;
    return NULL;
}

static wasm_trap_t *turn(const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    CHECK(args->size == 4 && results->size == 4);
    for (int i = 0; i < 4; i++) {
        CHECK(results->data[i].kind == args->data[3 - i].kind && results->data[i].of.i64 == 0);
        wasm_val_copy(&results->data[i], &args->data[3 - i]);
    }
    return NULL;
}

static wasm_trap_t *many(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    for (size_t i = 0; i < results->size; i++)
        results->data[i].of.i32 = args->data[i].of.i32 + args->data[i + 4].of.i32;
    if (*(bool *)env)
        results->data[7].kind = WASM_I64;
    return NULL;
}

static void count_down(void *env) {
    --*(int *)env;
}

static wasm_func_t *many_new(wasm_store_t *s, bool *wrong) {
    wasm_valtype_vec_t params, results;
    wasm_functype_t *type;
    wasm_func_t *f;
    wasm_valtype_vec_new_uninitialized(&params, 12);
    for (int i = 0; i < 12; i++)
        params.data[i] = wasm_valtype_new_i32();
    wasm_valtype_vec_new_uninitialized(&results, 8);
    for (int i = 0; i < 8; i++)
        results.data[i] = wasm_valtype_new_i32();
    type = wasm_functype_new(&params, &results);
    f = wasm_func_new_with_env(s, type, many, wrong, NULL);
    wasm_functype_delete(type);
    return f;
}

static wasm_func_t *turn_new(wasm_store_t *s) {
    wasm_valtype_t *p[] = {wasm_valtype_new_i32(), wasm_valtype_new_i64(), wasm_valtype_new_f32(),
                           wasm_valtype_new_f64()};
    wasm_valtype_t *r[] = {wasm_valtype_new_f64(), wasm_valtype_new_f32(), wasm_valtype_new_i64(),
                           wasm_valtype_new_i32()};
    wasm_valtype_vec_t params, results;
    wasm_functype_t *type;
    wasm_func_t *f;
    wasm_valtype_vec_new(&params, 4, p);
    wasm_valtype_vec_new(&results, 4, r);
    type = wasm_functype_new(&params, &results);
    f = wasm_func_new(s, type, turn);
    wasm_functype_delete(type);
    return f;
}

static void call_all(wasm_extern_vec_t *exports, int *sum, bool *wrong) {
    wasm_val_t v[4] = {WASM_I32_VAL(1), WASM_I64_VAL(-2), WASM_F32_VAL(3.5f), WASM_F64_VAL(-4.25)}, r[8];
    wasm_val_vec_t args = WASM_ARRAY_VEC(v), results = {4, r}, none = WASM_EMPTY_VEC, few = {2, r};
    wasm_val_t ones[12];
    wasm_val_vec_t twelve = WASM_ARRAY_VEC(ones), eight = WASM_ARRAY_VEC(r);
    kit_call(func_at(exports, 0), 1, 6, 0, NULL);
    CHECK(nsaid == 1 && said[0] == 6 && *sum == 701);
    CHECK(!wasm_func_call(func_at(exports, 1), &args, &results));
    CHECK(r[0].kind == WASM_F64 && r[0].of.f64 == -4.25 && r[1].kind == WASM_F32 && r[1].of.f32 == 3.5f);
    CHECK(r[2].kind == WASM_I64 && r[2].of.i64 == -2 && r[3].kind == WASM_I32 && r[3].of.i32 == 1);
    CHECK(!wasm_func_call(func_at(exports, 1), &args, &few) && r[1].of.f32 == 3.5f);
    CHECK(!wasm_func_call(func_at(exports, 1), &args, NULL));
    CHECK(trapped(wasm_func_call(func_at(exports, 1), &none, &results), "arguments"));
    CHECK(trapped(wasm_func_call(func_at(exports, 1), NULL, &results), "arguments"));
    v[2].kind = WASM_I32;
    CHECK(trapped(wasm_func_call(func_at(exports, 1), &args, &results), "arguments"));
    for (int i = 0; i < 12; i++)
        ones[i] = (wasm_val_t)WASM_I32_VAL(i);
    CHECK(!wasm_func_call(func_at(exports, 2), &twelve, &eight));
    for (int i = 0; i < 8; i++)
        CHECK(r[i].kind == WASM_I32 && r[i].of.i32 == 2 * i + 4);
    *wrong = true;
    CHECK(trapped(wasm_func_call(func_at(exports, 2), &twelve, &eight), "result"));
}

int main(void) {
    wasm_engine_t *engine = wasm_engine_new();
    wasm_store_t *s = wasm_store_new(engine);
    wasm_module_t *m = kit_module(s, "hello");
    wasm_functype_t *type = wasm_functype_new_1_0(wasm_valtype_new_i32());
    int sum = 1;
    bool wrong = false;
    wasm_func_t *f = wasm_func_new(s, type, say), *g = wasm_func_new_with_env(s, type, say_env, &sum, count_down);
    wasm_func_t *h = turn_new(s), *k = many_new(s, &wrong);
    wasm_extern_t *imports[] = {wasm_func_as_extern(f), wasm_func_as_extern(g), wasm_func_as_extern(h),
                                wasm_func_as_extern(k)};
    wasm_instance_t *in = kit_instance(s, m, imports, 4);
    wasm_extern_vec_t exports;
    wasm_val_t five = WASM_I32_VAL(5), long_five = WASM_I64_VAL(5);
    wasm_val_vec_t args = {1, &five}, none = WASM_EMPTY_VEC;
    wasm_functype_delete(type);
    wasm_instance_exports(in, &exports);
    CHECK(exports.size == 4);
    call_all(&exports, &sum, &wrong);

    /* What it exports of the host's is what the host gave. */
    CHECK(wasm_func_same(func_at(&exports, 3), f) && !wasm_func_same(f, g));
    CHECK(!wasm_func_call(f, &args, &none) && nsaid == 2 && said[1] == 5);
    args.data = &long_five;
    CHECK(trapped(wasm_func_call(f, &args, &none), "arguments"));
    CHECK(wasm_func_param_arity(h) == 4 && wasm_func_result_arity(k) == 8);

    wasm_func_delete(f);
    wasm_func_delete(g);
    wasm_func_delete(h);
    wasm_func_delete(k);
    wasm_module_delete(m);
    wasm_instance_delete(in);
    kit_call(func_at(&exports, 0), 1, 1, 0, NULL); /* the function keeps all of it alive */
    CHECK(sum == 901);
    wasm_extern_vec_delete(&exports);
    CHECK(sum == 900); /* the env's finalizer, once */
    wasm_store_delete(s);
    wasm_engine_delete(engine);
    CHECK(sum == 900);
    return finish();
}
