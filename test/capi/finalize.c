/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* finalize.c - host info of wasm.h belongs to the object: it is there for every reference, and its finalizer runs once,
 * when the object goes; 100,000 of them. */
#include "kit.h"

enum { N = 100000 };

static int ran, order[8];

static void run(void *p) {
    if (ran < 8)
        order[ran] = *(int *)p;
    ran++;
}

static void count(void *p) {
    ++*(int *)p;
}

static wasm_trap_t *nothing(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    (void)env;
    (void)args;
    (void)results;
    return NULL;
}

static void many_instances(wasm_store_t *s, wasm_module_t *m) {
    int gone = 0;
    for (int i = 0; i < N; i++) {
        wasm_instance_t *in = kit_instance(s, m, NULL, 0);
        wasm_instance_set_host_info_with_finalizer(in, &gone, count);
        wasm_instance_delete(in);
    }
    CHECK(gone == N); /* at once: nothing else knew of them */
}

/* Each kind of object of an instance: references come and go, the info stays until the instance is no more. */
static void of_the_object(wasm_store_t *s, wasm_module_t *m) {
    wasm_instance_t *in = kit_instance(s, m, NULL, 0);
    wasm_extern_vec_t x, y;
    int gone = 0;
    wasm_instance_exports(in, &x);
    for (size_t i = 0; i < x.size; i++)
        wasm_extern_set_host_info_with_finalizer(x.data[i], &gone, count);
    wasm_instance_set_host_info_with_finalizer(in, &gone, count);
    wasm_extern_vec_delete(&x);
    CHECK(gone == 0);
    wasm_instance_exports(in, &x);
    wasm_instance_exports(in, &y);
    for (size_t i = 0; i < x.size; i++) {
        CHECK(wasm_extern_get_host_info(x.data[i]) == &gone && wasm_extern_same(x.data[i], y.data[i]));
        CHECK(wasm_ref_get_host_info(wasm_extern_as_ref(y.data[i])) == &gone);
    }
    wasm_extern_vec_delete(&y);
    wasm_instance_delete(in); /* its exports keep it */
    CHECK(gone == 0);
    wasm_extern_set_host_info(x.data[1], NULL); /* what was there is over */
    CHECK(gone == 1 && !wasm_extern_get_host_info(x.data[1]));
    wasm_extern_vec_delete(&x);
    CHECK(gone == 4 || gone == 5); /* a memory may be looked for later */
    wasm_store_delete(s);
    CHECK(gone == 5);
}

/* A function whose env holds a reference on the instance that imports it: only the store's end ends both. */
struct env {
    wasm_instance_t *in;
    int number;
};
static void drop_env(void *p) {
    struct env *e = p;
    run(&e->number);
    wasm_instance_delete(e->in);
}

static void cycle(wasm_engine_t *engine) {
    static const unsigned char code[] = {/* (module (import "" "" (func)) (export "" (func 0))) */
                                         0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0,
                                         2, 5,   1,   0,   0, 0, 0, 7, 4, 1, 0, 0,    0};
    wasm_store_t *s = wasm_store_new(engine);
    wasm_byte_vec_t bytes = {sizeof code, (char *)(uintptr_t)code};
    wasm_module_t *m = wasm_module_new(s, &bytes);
    wasm_functype_t *type = wasm_functype_new_0_0();
    struct env env = {NULL, 3};
    wasm_func_t *f = wasm_func_new_with_env(s, type, nothing, &env, drop_env);
    wasm_extern_t *imports[] = {wasm_func_as_extern(f)};
    int late = 5;
    wasm_trap_t *t;
    wasm_message_t text;
    CHECK(m != NULL);
    env.in = kit_instance(s, m, imports, 1);
    wasm_func_delete(f);
    wasm_functype_delete(type);
    ran = 0;
    wasm_name_new_from_string_nt(&text, "late");
    t = wasm_trap_new(s, &text);
    wasm_byte_vec_delete(&text);
    wasm_trap_set_host_info_with_finalizer(t, &late, run);
    f = wasm_func_new(s, type = wasm_functype_new_0_0(), NULL);
    wasm_functype_delete(type);
    wasm_store_delete(s); /* before what is in it */
    CHECK(ran == 2 && order[0] + order[1] == 8);
    CHECK(trapped(wasm_func_call(f, NULL, NULL), "store"));
    wasm_func_delete(f);
    wasm_module_delete(m);
    wasm_trap_delete(t);
    CHECK(ran == 2);
}

int main(void) {
    wasm_engine_t *engine = wasm_engine_new();
    wasm_store_t *s = wasm_store_new(engine), *other = wasm_store_new(engine);
    wasm_module_t *m = kit_module(s, "finalize"), *copy;
    wasm_shared_module_t *shared = wasm_module_share(m);
    wasm_foreign_t *f = wasm_foreign_new(s);
    int one = 1, two = 2;
    many_instances(s, m);
    copy = wasm_module_obtain(other, shared);
    many_instances(other, copy);

    wasm_foreign_set_host_info_with_finalizer(f, &one, run);
    wasm_foreign_set_host_info_with_finalizer(f, &two, run);
    CHECK(ran == 1 && order[0] == 1 && wasm_foreign_get_host_info(f) == &two);
    wasm_foreign_t *again = wasm_foreign_copy(f);
    wasm_foreign_delete(f);
    CHECK(ran == 1);
    wasm_foreign_delete(again);
    CHECK(ran == 2 && order[1] == 2);

    of_the_object(other, copy);
    wasm_module_delete(copy);
    cycle(engine);
    wasm_shared_module_delete(shared);
    wasm_module_delete(m);
    wasm_store_delete(s);
    wasm_engine_delete(engine);
    return finish();
}
