/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* objects.c - globals, memories and tables of wasm.h, seen from the host and from a guest. */
#include "kit.h"

enum { OWN, CONST, MEMORY, TABLE, ONE, NEG, FIXED, VAR, SET, LOAD, STORE, PAGES, CALL, VAR_AGAIN };

static wasm_global_t *global_new(wasm_store_t *s, wasm_valkind_t kind, wasm_mutability_t mut, wasm_val_t v) {
    wasm_globaltype_t *type = wasm_globaltype_new(wasm_valtype_new(kind), mut);
    wasm_global_t *g = wasm_global_new(s, type, &v);
    wasm_globaltype_delete(type);
    return g;
}

static int64_t get(wasm_extern_t *x) {
    wasm_val_t v;
    wasm_global_get(wasm_extern_as_global(x), &v);
    return v.kind == WASM_I64 ? v.of.i64 : v.kind == WASM_I32 ? v.of.i32 : (int64_t)(v.of.f64 * 1000);
}

static void globals(wasm_store_t *s, wasm_extern_vec_t *x, wasm_global_t *fixed, wasm_global_t *var) {
    wasm_val_t v = WASM_I64_VAL(1), r;
    wasm_val_vec_t args = {1, &v}, results = {1, &r};
    wasm_globaltype_t *t = wasm_global_type(fixed);
    wasm_global_t *copy = wasm_global_copy(var);
    CHECK(wasm_global_same(copy, var) && wasm_global_same(wasm_extern_as_global(x->data[VAR_AGAIN]), var));
    wasm_global_delete(copy);
    CHECK(wasm_globaltype_mutability(t) == WASM_CONST);
    CHECK(wasm_valtype_kind(wasm_globaltype_content(t)) == WASM_F32);
    wasm_globaltype_delete(t);
    CHECK(!wasm_func_call(func_at(x, FIXED), NULL, &results) && r.of.f32 == 1.5f);
    CHECK(!wasm_func_call(func_at(x, SET), &args, NULL));
    CHECK(!wasm_func_call(func_at(x, VAR), NULL, &results) && r.kind == WASM_I64 && r.of.i64 == 1);
    CHECK(get(x->data[VAR_AGAIN]) == 1 && get(x->data[OWN]) == 500 && get(x->data[CONST]) == -9);
    v.of.i64 = INT64_MIN;
    wasm_global_set(var, &v);
    CHECK(!wasm_func_call(func_at(x, VAR), NULL, &results) && r.of.i64 == INT64_MIN);
    v = (wasm_val_t)WASM_F64_VAL(-2);
    wasm_global_set(wasm_extern_as_global(x->data[OWN]), &v);
    CHECK(get(x->data[OWN]) == -2000);
    wasm_global_set(var, &v); /* of another type: nothing happens */
    CHECK(get(x->data[VAR_AGAIN]) == INT64_MIN);
    v = (wasm_val_t)WASM_I32_VAL(4);
    wasm_global_set(wasm_extern_as_global(x->data[CONST]), &v); /* nor with a constant */
    CHECK(get(x->data[CONST]) == -9);
    CHECK(!global_new(s, WASM_I64, WASM_VAR, v));
}

static void memories(wasm_store_t *s, wasm_extern_vec_t *x) {
    wasm_memory_t *m = wasm_extern_as_memory(x->data[MEMORY]), *own;
    wasm_limits_t five = {5, 5}, wrong = {5, 4}, large = {65537, wasm_limits_max_default};
    wasm_memorytype_t *t = wasm_memory_type(m);
    byte_t *base = wasm_memory_data(m);
    wasm_trap_t *trap;
    CHECK(wasm_memorytype_limits(t)->min == 2 && wasm_memorytype_limits(t)->max == 3);
    wasm_memorytype_delete(t);
    CHECK(wasm_memory_size(m) == 2 && wasm_memory_data_size(m) == 2 * MEMORY_PAGE_SIZE);
    CHECK(base[0x1000] == 1 && base[0x1003] == 4 && base[0] == 0);
    base[0x1003] = 5;
    CHECK(kit_call(func_at(x, LOAD), 1, 0x1003, 0, NULL) == 5);
    kit_call(func_at(x, STORE), 2, 0x1002, 77, NULL);
    CHECK(base[0x1002] == 77);
    kit_call(func_at(x, LOAD), 1, 0x20000, 0, &trap);
    CHECK(trapped(trap, "out of bounds"));
    CHECK(wasm_memory_grow(m, 1) && kit_call(func_at(x, PAGES), 0, 0, 0, NULL) == 3);
    CHECK(wasm_memory_data(m) == base && kit_call(func_at(x, LOAD), 1, 0x20000, 0, NULL) == 0);
    CHECK(!wasm_memory_grow(m, 1) && wasm_memory_grow(m, 0) && wasm_memory_size(m) == 3);

    t = wasm_memorytype_new(&five);
    own = wasm_memory_new(s, t);
    CHECK(own && wasm_memory_size(own) == 5 && !wasm_memory_grow(own, 1) && !wasm_memory_same(own, m));
    wasm_memory_delete(own);
    wasm_memorytype_delete(t);
    CHECK(!wasm_memory_new(s, t = wasm_memorytype_new(&wrong)));
    wasm_memorytype_delete(t);
    CHECK(!wasm_memory_new(s, t = wasm_memorytype_new(&large)));
    wasm_memorytype_delete(t);
}

static wasm_trap_t *twice(const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    results->data[0] = (wasm_val_t)WASM_I32_VAL(2 * args->data[0].of.i32);
    return NULL;
}

static bool is(wasm_table_t *t, wasm_table_size_t i, wasm_func_t *f) {
    wasm_ref_t *r = wasm_table_get(t, i);
    bool same = r == wasm_func_as_ref(f);
    wasm_ref_delete(r);
    return same;
}

static void tables(wasm_store_t *s, wasm_extern_vec_t *x) {
    wasm_table_t *t = wasm_extern_as_table(x->data[TABLE]), *own;
    wasm_func_t *call = func_at(x, CALL), *one = func_at(x, ONE), *neg = func_at(x, NEG), *two;
    wasm_functype_t *type = wasm_functype_new_1_1(wasm_valtype_new_i32(), wasm_valtype_new_i32());
    wasm_limits_t five = {5, 5};
    wasm_tabletype_t *tt = wasm_table_type(t);
    wasm_foreign_t *foreign = wasm_foreign_new(s);
    wasm_trap_t *trap;
    CHECK(wasm_valtype_kind(wasm_tabletype_element(tt)) == WASM_FUNCREF && wasm_tabletype_limits(tt)->max == 10);
    wasm_tabletype_delete(tt);
    two = wasm_func_new(s, type, twice);
    wasm_functype_delete(type);
    CHECK(wasm_table_size(t) == 2 && is(t, 0, NULL) && is(t, 1, one) && is(t, 2, NULL));
    kit_call(call, 2, 7, 0, &trap);
    CHECK(trapped(trap, "uninitialized element"));
    CHECK(wasm_table_set(t, 0, wasm_func_as_ref(neg)) && is(t, 0, neg) && kit_call(call, 2, 7, 0, NULL) == -7);
    CHECK(!wasm_table_set(t, 2, NULL) && !wasm_table_set(t, 0, wasm_foreign_as_ref(foreign)));
    CHECK(wasm_table_grow(t, 3, wasm_func_as_ref(two)) && wasm_table_size(t) == 5 && is(t, 4, two));
    wasm_func_delete(two); /* the guest's now */
    CHECK(kit_call(call, 2, 7, 3, NULL) == 14);
    CHECK(!wasm_table_grow(t, 6, NULL) && wasm_table_grow(t, 5, NULL) && is(t, 9, NULL));

    tt = wasm_tabletype_new(wasm_valtype_new_funcref(), &five);
    own = wasm_table_new(s, tt, wasm_func_as_ref(one)); /* outlives the instance of its functions' handles */
    CHECK(own && wasm_table_size(own) == 5 && is(own, 4, one) && !wasm_table_grow(own, 1, NULL));
    CHECK(!wasm_table_new(s, tt, wasm_foreign_as_ref(foreign)));
    wasm_tabletype_delete(tt);
    wasm_table_delete(own);
    wasm_foreign_delete(foreign);
}

/* A function in a table of the host's is alive, though nothing else of its instance is. */
static void left_over(wasm_store_t *s, wasm_table_t *t) {
    wasm_ref_t *r = wasm_table_get(t, 0);
    CHECK(r && kit_call(wasm_ref_as_func(r), 1, 12, 0, NULL) == 12);
    wasm_ref_delete(r);
    wasm_table_delete(t);
    (void)s;
}

int main(void) {
    wasm_engine_t *engine = wasm_engine_new();
    wasm_store_t *s = wasm_store_new(engine);
    wasm_module_t *m = kit_module(s, "objects");
    wasm_global_t *fixed = global_new(s, WASM_F32, WASM_CONST, (wasm_val_t)WASM_F32_VAL(1.5f));
    wasm_global_t *var = global_new(s, WASM_I64, WASM_VAR, (wasm_val_t)WASM_I64_VAL(0));
    wasm_extern_t *imports[] = {wasm_global_as_extern(fixed), wasm_global_as_extern(var)};
    wasm_extern_t *crossed[] = {imports[1], imports[0]};
    wasm_extern_vec_t bad = WASM_ARRAY_VEC(crossed), x;
    wasm_instance_t *in = kit_instance(s, m, imports, 2);
    wasm_limits_t one = {1, 1};
    wasm_tabletype_t *tt = wasm_tabletype_new(wasm_valtype_new_funcref(), &one);
    wasm_table_t *t;
    wasm_trap_t *trap;
    CHECK(!wasm_instance_new(s, m, &bad, &trap) && trapped(trap, "incompatible import type"));
    wasm_instance_exports(in, &x);
    CHECK(x.size == VAR_AGAIN + 1);
    globals(s, &x, fixed, var);
    memories(s, &x);
    tables(s, &x);
    t = wasm_table_new(s, tt, wasm_func_as_ref(func_at(&x, ONE)));
    wasm_tabletype_delete(tt);
    wasm_extern_vec_delete(&x);
    wasm_global_delete(fixed);
    wasm_global_delete(var);
    wasm_instance_delete(in);
    wasm_module_delete(m);
    left_over(s, t);
    wasm_store_delete(s);
    wasm_engine_delete(engine);
    return finish();
}
