// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// wasm.cc - wasm.h in C++: a callback with a reference, values both ways. Part of the program of headers.cc.
#include "supervm/wasm_c.h"
#include "wasm.h"

bool wasm_in_cxx();

static wasm_trap_t *add(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    results->data[0].of.i32 = args->data[0].of.i32 + *static_cast<int *>(env);
    return nullptr;
}

// (module (import "" "" (func (param i32) (result i32))) (func (export "") (param i32) (result i32) local.get 0 call 0))
static const unsigned char code[] = {0, 'a', 's', 'm', 1, 0, 0, 0, 1, 6, 1, 0x60, 1,  0x7f, 1, 0x7f, 2,  5,    1,    0,
                                     0, 0,   0,   3,   2, 1, 0, 7, 4, 1, 0, 0,    1,  10,   8, 1,    6,  0,    0x20, 0,
                                     0x10, 0, 0x0b};

bool wasm_in_cxx() {
    int two = 2;
    wasm_config_t *config = wasm_config_new();
    svm_wasm_config(config)->budget = 1000;
    wasm_engine_t *engine = wasm_engine_new_with_config(config);
    wasm_store_t *store = wasm_store_new(engine);
    wasm_byte_vec_t bytes;
    wasm_byte_vec_new(&bytes, sizeof code, reinterpret_cast<const char *>(code));
    wasm_module_t *module = wasm_module_new(store, &bytes);
    wasm_byte_vec_delete(&bytes);
    if (!module)
        return false;
    wasm_functype_t *type = wasm_functype_new_1_1(wasm_valtype_new_i32(), wasm_valtype_new_i32());
    wasm_func_t *func = wasm_func_new_with_env(store, type, add, &two, nullptr);
    wasm_extern_t *externs[] = {wasm_func_as_extern(func)};
    wasm_extern_vec_t imports = WASM_ARRAY_VEC(externs), exports;
    wasm_instance_t *instance = wasm_instance_new(store, module, &imports, nullptr);
    if (!instance)
        return false;
    wasm_instance_exports(instance, &exports);
    wasm_val_t arg = {}, result = {};
    arg.kind = WASM_I32;
    arg.of.i32 = 40;
    wasm_val_vec_t args = {1, &arg}, results = {1, &result};
    wasm_trap_t *trap = wasm_func_call(wasm_extern_as_func(exports.data[0]), &args, &results);
    bool good = !trap && result.kind == WASM_I32 && result.of.i32 == 42;
    wasm_extern_vec_delete(&exports);
    wasm_instance_delete(instance);
    wasm_func_delete(func);
    wasm_functype_delete(type);
    wasm_module_delete(module);
    wasm_store_delete(store);
    wasm_engine_delete(engine);
    return good;
}
