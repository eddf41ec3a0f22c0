/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* reflect.c - types of wasm.h: made, copied, viewed; those of a module's imports and exports, and of the objects
 * behind them. */
#include "kit.h"

static bool named(const wasm_name_t *n, const char *s) {
    return n->size == strlen(s) && (!n->size || !memcmp(n->data, s, n->size));
}

static void values(void) {
    static const wasm_valkind_t kind[] = {WASM_I32, WASM_I64, WASM_F32, WASM_F64, WASM_EXTERNREF, WASM_FUNCREF};
    wasm_valtype_vec_t v, w;
    wasm_valtype_vec_new_uninitialized(&v, 6);
    for (int i = 0; i < 6; i++) {
        v.data[i] = wasm_valtype_new(kind[i]);
        CHECK(wasm_valtype_kind(v.data[i]) == kind[i] && wasm_valtype_is_num(v.data[i]) == (i < 4));
        CHECK(wasm_valtype_is_ref(v.data[i]) == (i >= 4));
    }
    wasm_valtype_vec_copy(&w, &v);
    CHECK(w.size == 6 && w.data[5] != v.data[5] && wasm_valtype_kind(w.data[5]) == WASM_FUNCREF);
    wasm_valtype_vec_delete(&v);
    CHECK(v.size == 0 && !v.data);
    wasm_valtype_vec_delete(&w);
    CHECK(!wasm_valtype_new(4) && !wasm_valtype_new(130) && !wasm_valtype_new(255));
    wasm_valtype_delete(NULL);
}

static void composed(void) {
    wasm_limits_t l = {3, 9};
    wasm_functype_t *f = wasm_functype_new_3_2(wasm_valtype_new_i32(), wasm_valtype_new_i64(), wasm_valtype_new_f32(),
                                               wasm_valtype_new_f64(), wasm_valtype_new_externref());
    wasm_functype_t *g = wasm_functype_copy(f), *none = wasm_functype_new_0_0();
    wasm_tabletype_t *t = wasm_tabletype_new(wasm_valtype_new_externref(), &l);
    wasm_memorytype_t *m = wasm_memorytype_new(&l);
    wasm_globaltype_t *x = wasm_globaltype_new(wasm_valtype_new_i64(), WASM_VAR);
    wasm_externtype_t *all[] = {wasm_functype_as_externtype(f), wasm_globaltype_as_externtype(x),
                                wasm_tabletype_as_externtype(t), wasm_memorytype_as_externtype(m)};
    wasm_externtype_vec_t v, w;
    CHECK(wasm_functype_params(g)->size == 3 && wasm_functype_results(g)->size == 2);
    CHECK(wasm_valtype_kind(wasm_functype_params(g)->data[2]) == WASM_F32);
    CHECK(wasm_valtype_kind(wasm_functype_results(g)->data[1]) == WASM_EXTERNREF);
    CHECK(wasm_functype_params(none)->size == 0 && wasm_functype_results(none)->size == 0);
    wasm_externtype_vec_new(&v, 4, all);
    wasm_externtype_vec_copy(&w, &v);
    for (int i = 0; i < 4; i++) {
        const wasm_externtype_t *e = w.data[i];
        CHECK(wasm_externtype_kind(e) == i && e != v.data[i]);
        CHECK((wasm_externtype_as_functype_const(e) != NULL) == (i == WASM_EXTERN_FUNC));
        CHECK((wasm_externtype_as_globaltype_const(e) != NULL) == (i == WASM_EXTERN_GLOBAL));
        CHECK((wasm_externtype_as_tabletype_const(e) != NULL) == (i == WASM_EXTERN_TABLE));
        CHECK((wasm_externtype_as_memorytype_const(e) != NULL) == (i == WASM_EXTERN_MEMORY));
    }
    CHECK(wasm_externtype_as_functype(v.data[0]) == f && !wasm_externtype_as_tabletype(v.data[0]));
    CHECK(wasm_tabletype_limits(wasm_externtype_as_tabletype(w.data[2]))->max == 9);
    CHECK(wasm_valtype_kind(wasm_tabletype_element(t)) == WASM_EXTERNREF);
    CHECK(wasm_globaltype_mutability(wasm_externtype_as_globaltype(w.data[1])) == WASM_VAR);
    CHECK(wasm_memorytype_limits(m)->min == 3);
    wasm_externtype_vec_delete(&v);
    wasm_externtype_vec_delete(&w);
    wasm_functype_delete(g);
    wasm_functype_delete(none);
}

static void imports(const wasm_module_t *m) {
    wasm_importtype_vec_t v;
    wasm_importtype_t *copy;
    const wasm_functype_t *f;
    wasm_module_imports(m, &v);
    CHECK(v.size == 4);
    CHECK(named(wasm_importtype_module(v.data[0]), "env") && named(wasm_importtype_name(v.data[0]), "func"));
    CHECK(named(wasm_importtype_name(v.data[1]), "") && named(wasm_importtype_module(v.data[3]), "other"));
    f = wasm_externtype_as_functype_const(wasm_importtype_type(v.data[0]));
    CHECK(f && wasm_functype_params(f)->size == 4 && wasm_functype_results(f)->size == 2);
    CHECK(wasm_valtype_kind(wasm_functype_params(f)->data[1]) == WASM_F64);
    CHECK(wasm_valtype_kind(wasm_functype_results(f)->data[0]) == WASM_EXTERNREF);
    CHECK(wasm_externtype_kind(wasm_importtype_type(v.data[1])) == WASM_EXTERN_GLOBAL);
    CHECK(wasm_tabletype_limits(wasm_externtype_as_tabletype_const(wasm_importtype_type(v.data[2])))->max == 5);
    CHECK(wasm_memorytype_limits(wasm_externtype_as_memorytype_const(wasm_importtype_type(v.data[3])))->max ==
          wasm_limits_max_default);
    copy = wasm_importtype_copy(v.data[0]);
    wasm_importtype_vec_delete(&v);
    CHECK(named(wasm_importtype_name(copy), "func"));
    wasm_importtype_delete(copy);
}

static wasm_trap_t *unused(const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    (void)args;
    (void)results;
    return NULL;
}

/* What the module says of each export is true of the object. */
static void exports(wasm_store_t *s, const wasm_module_t *m) {
    wasm_exporttype_vec_t v;
    wasm_importtype_vec_t w;
    wasm_extern_vec_t x;
    wasm_limits_t five = {1, 5}, two = {2, wasm_limits_max_default};
    wasm_tabletype_t *tt = wasm_tabletype_new(wasm_valtype_new_externref(), &five);
    wasm_memorytype_t *mt = wasm_memorytype_new(&two);
    wasm_globaltype_t *gt = wasm_globaltype_new(wasm_valtype_new_f64(), WASM_VAR);
    wasm_val_t zero = WASM_F64_VAL(0), wide = WASM_I64_VAL(0);
    wasm_val_vec_t args = {1, &wide};
    wasm_instance_t *in;
    wasm_extern_t *given[4];
    wasm_externtype_t *t;
    wasm_module_exports(m, &v);
    wasm_module_imports(m, &w);
    given[0] = wasm_func_as_extern(
        wasm_func_new(s, wasm_externtype_as_functype_const(wasm_importtype_type(w.data[0])), unused));
    given[1] = wasm_global_as_extern(wasm_global_new(s, gt, &zero));
    given[2] = wasm_table_as_extern(wasm_table_new(s, tt, NULL));
    given[3] = wasm_memory_as_extern(wasm_memory_new(s, mt));
    in = kit_instance(s, m, given, 4);
    wasm_instance_exports(in, &x);
    CHECK(v.size == 7 && x.size == 7 && named(wasm_exporttype_name(v.data[6]), "own table"));
    for (size_t i = 0; i < x.size; i++) {
        t = wasm_extern_type(x.data[i]);
        CHECK(wasm_externtype_kind(t) == wasm_externtype_kind(wasm_exporttype_type(v.data[i])));
        CHECK(wasm_extern_kind(x.data[i]) == wasm_externtype_kind(t));
        wasm_externtype_delete(t);
    }
    for (size_t i = 0; i < 4; i++) {
        CHECK(wasm_extern_same(x.data[i], given[i]));
        wasm_extern_delete(given[i]);
    }
    t = wasm_extern_type(x.data[0]);
    CHECK(wasm_functype_params(wasm_externtype_as_functype(t))->size == 4);
    wasm_externtype_delete(t);
    t = wasm_extern_type(x.data[4]); /* of a kind that the standard does not have */
    CHECK(wasm_valtype_kind(wasm_functype_params(wasm_externtype_as_functype(t))->data[0]) == WASM_KIND_V128);
    CHECK(!wasm_func_new(s, wasm_externtype_as_functype(t), unused));
    wasm_externtype_delete(t);
    CHECK(trapped(wasm_func_call(func_at(&x, 4), &args, NULL), "arguments"));
    CHECK(wasm_extern_as_func(x.data[0]) && !wasm_extern_as_global(x.data[0]) &&
          wasm_extern_as_memory_const(x.data[3]));
    wasm_exporttype_t *copy = wasm_exporttype_copy(v.data[5]);
    CHECK(named(wasm_exporttype_name(copy), "const") &&
          wasm_externtype_as_globaltype_const(wasm_exporttype_type(copy)));
    wasm_exporttype_delete(copy);
    wasm_exporttype_vec_delete(&v);
    wasm_importtype_vec_delete(&w);
    wasm_extern_vec_delete(&x);
    wasm_tabletype_delete(tt);
    wasm_memorytype_delete(mt);
    wasm_globaltype_delete(gt);
    wasm_instance_delete(in);
}

int main(void) {
    wasm_engine_t *engine = wasm_engine_new();
    wasm_store_t *s = wasm_store_new(engine);
    wasm_module_t *m = kit_module(s, "reflect");
    wasm_val_t v;
    int here;
    values();
    composed();
    imports(m);
    exports(s, m);
    wasm_val_init_ptr(&v, &here);
    CHECK(wasm_val_ptr(&v) == &here);
    wasm_module_delete(m);
    wasm_store_delete(s);
    wasm_engine_delete(engine);
    return finish();
}
