/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* link.c - instances of wasm.h that import from each other, modules out of bytes and .svm files, what is refused, and
 * the way to limits, fuel and interrupts (supervm/wasm_c.h). */
#include "kit.h"
#include "supervm/wasm_c.h"

enum { TAG, PUT, CALL, NEXT, THROW, EXPORTS };

/* (module (import "" "t" (tag $t (param i32))) (import "" "f" (func $f (param i32) (result i32)))
 *   (func (export "c") (param i32) (result i32)
 *     (block $h (result i32) (try_table (result i32) (catch $t $h) (call $f (local.get 0))))) (export "t" (tag $t))) */
static const unsigned char catcher[] = {
    0, 'a', 's', 'm', 1,  0, 0, 0,    1,    10,   2, 0x60, 1, 0x7f, 0,    0x60, 1,    0x7f, 1,    0x7f, 2,   12, 2,   0,
    1, 't', 4,   0,   0,  0, 1, 'f',  0,    1,    3, 2,    1, 1,    7,    9,    2,    1,    'c',  0,    1,   1,  't', 4,
    0, 10,  18,  1,   16, 0, 2, 0x7f, 0x1f, 0x7f, 1, 0,    0, 0,    0x20, 0,    0x10, 0,    0x0b, 0x0b, 0x0b};

static wasm_trap_t *ten(const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    results->data[0].of.i32 = args->data[0].of.i32 * 10;
    return NULL;
}

/* Calls the function that env points at: an exception goes through as what it is. */
static wasm_trap_t *through(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    return wasm_func_call(*(wasm_func_t **)env, args, results);
}

static void exceptions(wasm_store_t *s, wasm_extern_vec_t *x, const wasm_functype_t *type) {
    wasm_byte_vec_t bytes = {sizeof catcher, (char *)(uintptr_t)catcher};
    wasm_module_t *m = wasm_module_new(s, &bytes);
    wasm_func_t *throw_ = func_at(x, THROW), *f = wasm_func_new_with_env(s, type, through, &throw_, NULL);
    wasm_extern_t *imports[] = {x->data[TAG], wasm_func_as_extern(f)};
    wasm_externtype_t *t = wasm_extern_type(x->data[TAG]);
    wasm_instance_t *in;
    wasm_extern_vec_t y;
    wasm_trap_t *trap;
    CHECK(m != NULL);
    CHECK(wasm_extern_kind(x->data[TAG]) == WASM_EXTERN_OTHER && wasm_externtype_kind(t) == WASM_EXTERN_OTHER);
    CHECK(!wasm_extern_as_func(x->data[TAG]) && !wasm_externtype_as_functype(t));
    wasm_externtype_delete(t);
    if (!m)
        return;
    in = kit_instance(s, m, imports, 2);
    wasm_instance_exports(in, &y);
    CHECK(wasm_extern_same(y.data[1], x->data[TAG]));
    CHECK(kit_call(func_at(&y, 0), 1, 42, 0, NULL) == 42); /* caught, on the far side of the callback */
    kit_call(throw_, 1, 42, 0, &trap);
    CHECK(trapped(trap, "exception"));
    wasm_extern_vec_delete(&y);
    wasm_instance_delete(in);
    wasm_func_delete(f);
    wasm_module_delete(m);
}

static void chain(wasm_store_t *s, wasm_module_t *m) {
    enum { N = 20 };
    wasm_limits_t eight = {8, 8};
    wasm_tabletype_t *tt = wasm_tabletype_new(wasm_valtype_new_funcref(), &eight);
    wasm_functype_t *type = wasm_functype_new_1_1(wasm_valtype_new_i32(), wasm_valtype_new_i32());
    wasm_table_t *t = wasm_table_new(s, tt, NULL);
    wasm_func_t *f = wasm_func_new(s, type, ten);
    wasm_extern_t *imports[] = {wasm_table_as_extern(t), wasm_func_as_extern(f)};
    wasm_extern_vec_t x[N];
    wasm_val_t v = WASM_I32_VAL(6), r = WASM_I32_VAL(0);
    wasm_val_vec_t args = {1, &v}, results = {1, &r};
    for (int i = 0; i < N; i++) {
        wasm_instance_t *in = kit_instance(s, m, imports, 2);
        wasm_instance_exports(in, &x[i]);
        wasm_instance_delete(in);
        imports[1] = x[i].data[NEXT];
    }
    CHECK(x[0].size == EXPORTS);
    CHECK(kit_call(func_at(&x[N - 1], NEXT), 1, 7, 0, NULL) == 70 + N);
    kit_call(func_at(&x[3], PUT), 2, 5, 0, NULL);
    CHECK(kit_call(func_at(&x[9], CALL), 2, 1, 5, NULL) == 11);
    CHECK(wasm_table_set(t, 6, wasm_func_as_ref(func_at(&x[N - 1], NEXT))));
    exceptions(s, &x[0], type);
    for (int i = 0; i < N; i++)
        wasm_extern_vec_delete(&x[i]);
    wasm_ref_t *left = wasm_table_get(t, 6); /* the table is all that is left, and it keeps every one of them */
    CHECK(!wasm_func_call(wasm_ref_as_func(left), &args, &results) && r.of.i32 == 60 + N);
    wasm_ref_delete(left);
    wasm_func_delete(f);
    wasm_table_delete(t);
    wasm_tabletype_delete(tt);
    wasm_functype_delete(type);
}

static void refused(wasm_engine_t *engine, wasm_store_t *s, wasm_module_t *m) {
    static const char text[] = "mov r0, 42\nexit\n", elf[] = "\177ELF\2\1\1", magic[] = "\0asm\1\0\0\0\1";
    wasm_byte_vec_t bad[] = {{sizeof text - 1, (char *)(uintptr_t)text},
                             {sizeof elf - 1, (char *)(uintptr_t)elf},
                             {sizeof magic - 1, (char *)(uintptr_t)magic},
                             WASM_EMPTY_VEC};
    wasm_store_t *other = wasm_store_new(engine);
    wasm_limits_t eight = {8, 8};
    wasm_tabletype_t *tt = wasm_tabletype_new(wasm_valtype_new_funcref(), &eight);
    wasm_table_t *t = wasm_table_new(other, tt, NULL);
    wasm_extern_t *imports[] = {wasm_table_as_extern(t), NULL};
    wasm_extern_vec_t v = WASM_ARRAY_VEC(imports);
    wasm_trap_t *trap;
    for (size_t i = 0; i < 4; i++) {
        CHECK(!wasm_module_new(s, &bad[i]) && !wasm_module_validate(s, &bad[i]));
        CHECK(!wasm_module_deserialize(s, &bad[i]));
    }
    bad[3] = (wasm_byte_vec_t){8, (char *)(uintptr_t)magic};
    CHECK(wasm_module_validate(s, &bad[3]));
    wasm_module_t *empty = wasm_module_new(s, &bad[3]);
    wasm_extern_vec_t none = WASM_EMPTY_VEC, x;
    wasm_instance_t *in = wasm_instance_new(s, empty, &none, NULL);
    CHECK(in != NULL);
    wasm_instance_exports(in, &x);
    CHECK(x.size == 0);
    wasm_extern_vec_delete(&x);
    wasm_instance_delete(in);
    wasm_module_delete(empty);
    CHECK(!wasm_instance_new(s, m, &v, &trap) && trapped(trap, "another store"));
    CHECK(!wasm_instance_new(other, m, &v, &trap) && trapped(trap, "import 1"));
    wasm_table_delete(t);
    wasm_tabletype_delete(tt);
    wasm_store_delete(other);
}

static void serialized(wasm_store_t *s) {
    wasm_module_t *m = kit_module(s, "hello"), *again;
    wasm_byte_vec_t bytes;
    wasm_importtype_vec_t v;
    wasm_module_serialize(m, &bytes);
    wasm_module_delete(m);
    CHECK(bytes.size > 8 && !wasm_module_new(s, &bytes));
    again = wasm_module_deserialize(s, &bytes);
    CHECK(again != NULL);
    wasm_module_imports(again, &v);
    CHECK(v.size == 4);
    wasm_importtype_vec_delete(&v);
    wasm_module_delete(again);
    for (size_t cut = 0; cut < bytes.size; cut += 97) {
        wasm_byte_vec_t part = {cut, bytes.data};
        if ((again = wasm_module_deserialize(s, &part)))
            CHECK(!"a part of a file");
    }
    wasm_byte_vec_delete(&bytes);
}

/* What is SuperVM's own. */
static void limits(void) {
    wasm_config_t *c = wasm_config_new();
    svm_wasm_config(c)->max_memory_pages = 4;
    svm_wasm_config(c)->budget = 1000000;
    wasm_engine_t *engine = wasm_engine_new_with_config(c);
    wasm_store_t *s = wasm_store_new(engine);
    wasm_limits_t five = {5, 5};
    wasm_memorytype_t *mt = wasm_memorytype_new(&five);
    wasm_module_t *m = kit_module(s, "trap");
    wasm_functype_t *t0 = wasm_functype_new_0_1(wasm_valtype_new_i32());
    wasm_functype_t *t1 = wasm_functype_new_1_1(wasm_valtype_new_i32(), wasm_valtype_new_i32());
    wasm_func_t *f = wasm_func_new(s, t0, ten), *g = wasm_func_new(s, t1, ten);
    wasm_extern_t *imports[] = {wasm_func_as_extern(f), wasm_func_as_extern(g)};
    wasm_instance_t *in = kit_instance(s, m, imports, 2);
    wasm_extern_vec_t x;
    wasm_trap_t *t;
    CHECK(!wasm_memory_new(s, mt));
    wasm_instance_exports(in, &x);
    CHECK(kit_call(func_at(&x, 2), 1, 1, 0, NULL) == 1 && svm_instance_insns(svm_wasm_instance(in)) > 2);
    svm_instance_fuel_set(svm_wasm_instance(in), 2);
    kit_call(func_at(&x, 2), 1, 1, 0, &t);
    CHECK(trapped(t, "budget"));
    svm_instance_fuel_set(svm_wasm_instance(in), UINT64_MAX);
    svm_instance_interrupt(svm_wasm_instance(in));
    kit_call(func_at(&x, 2), 1, 1, 0, &t);
    CHECK(trapped(t, "interrupt"));
    CHECK(kit_call(func_at(&x, 2), 1, 1, 0, NULL) == 1);
    wasm_extern_vec_delete(&x);
    wasm_instance_delete(in);
    wasm_func_delete(f);
    wasm_func_delete(g);
    wasm_functype_delete(t0);
    wasm_functype_delete(t1);
    wasm_memorytype_delete(mt);
    wasm_module_delete(m);
    wasm_store_delete(s);
    wasm_engine_delete(engine);
}

int main(void) {
    wasm_engine_t *engine = wasm_engine_new();
    wasm_store_t *s = wasm_store_new(engine);
    wasm_module_t *m = kit_module(s, "link");
    chain(s, m);
    refused(engine, s, m);
    serialized(s);
    limits();
    wasm_module_delete(m);
    wasm_engine_delete(engine); /* the store keeps it */
    wasm_store_delete(s);
    return finish();
}
