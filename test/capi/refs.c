/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* refs.c - externrefs and funcrefs of wasm.h: what goes into a guest comes back as it was, stays as long as a guest has
 * it, and goes when none has it any more. */
#include "kit.h"

enum { GLOBAL, TABLE, SET, GET, CALL, PASS, ME };

static wasm_trap_t *callback(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    CHECK(args->data[0].kind == WASM_EXTERNREF && args->data[1].kind == WASM_FUNCREF);
    if (args->data[1].of.ref)
        CHECK(wasm_ref_as_func(args->data[1].of.ref) != NULL);
    ++*(int *)env;
    wasm_val_copy(&results->data[0], &args->data[0]);
    return NULL;
}

static void count(void *p) {
    --*(int *)p;
}

static void set(wasm_extern_vec_t *x, int i, wasm_ref_t *r) {
    wasm_val_t v[2] = {WASM_I32_VAL(i), WASM_REF_VAL(r)};
    wasm_val_vec_t args = WASM_ARRAY_VEC(v);
    if (wasm_func_call(func_at(x, SET), &args, NULL)) /* not counted: there are many */
        CHECK(!"set");
}

/* The reference at i; the caller's. */
static wasm_ref_t *get(wasm_extern_vec_t *x, int i) {
    wasm_val_t v = WASM_I32_VAL(i), r = WASM_INIT_VAL;
    wasm_val_vec_t args = {1, &v}, results = {1, &r};
    CHECK(!wasm_func_call(func_at(x, GET), &args, &results) && r.kind == WASM_EXTERNREF);
    return r.of.ref;
}

static bool holds(wasm_extern_vec_t *x, int i, const wasm_ref_t *r) {
    wasm_ref_t *is = get(x, i);
    bool same = is == r || (is && r && wasm_ref_same(is, r));
    wasm_ref_delete(is);
    return same;
}

static wasm_ref_t *call(wasm_func_t *f, wasm_ref_t *e, wasm_ref_t *g) {
    wasm_val_t v[2] = {WASM_REF_VAL(e), {.kind = WASM_FUNCREF, .of = {.ref = g}}}, r = WASM_INIT_VAL;
    wasm_val_vec_t args = WASM_ARRAY_VEC(v), results = {1, &r};
    CHECK(!wasm_func_call(f, &args, &results));
    return r.of.ref;
}

/* Every kind of object can be an externref. */
static void kinds(wasm_store_t *s, wasm_module_t *m, wasm_instance_t *in, wasm_extern_vec_t *x) {
    wasm_trap_t *t;
    wasm_message_t text;
    wasm_name_new_from_string_nt(&text, "t");
    t = wasm_trap_new(s, &text);
    wasm_byte_vec_delete(&text);
    set(x, 0, wasm_trap_as_ref(t));
    set(x, 1, wasm_module_as_ref(m));
    set(x, 2, wasm_instance_as_ref(in));
    set(x, 3, wasm_extern_as_ref(x->data[GLOBAL]));
    set(x, 4, wasm_func_as_ref(func_at(x, CALL)));
    CHECK(holds(x, 0, wasm_trap_as_ref(t)) && holds(x, 1, wasm_module_as_ref(m)) &&
          holds(x, 2, wasm_instance_as_ref(in)));
    wasm_ref_t *r = get(x, 3);
    CHECK(wasm_ref_as_global(r) && !wasm_ref_as_table(r) && wasm_ref_as_extern(r) && !wasm_ref_as_foreign(r));
    wasm_ref_delete(r);
    r = get(x, 4);
    CHECK(wasm_ref_as_func(r) == func_at(x, CALL) && !wasm_ref_as_instance(r));
    wasm_ref_delete(r);
    wasm_trap_delete(t);
    r = get(x, 0);
    CHECK(trapped(wasm_ref_as_trap(r), "t")); /* deletes it */
    for (int i = 0; i < 5; i++)
        set(x, i, NULL);
}

static void hosts(wasm_store_t *s, wasm_store_t *other, wasm_extern_vec_t *x) {
    wasm_foreign_t *a = wasm_foreign_new(s), *b = wasm_foreign_new(s), *strange = wasm_foreign_new(other);
    wasm_ref_t *r, *ra = wasm_foreign_as_ref(a), *rb = wasm_foreign_as_ref(b);
    wasm_val_t v = WASM_INIT_VAL, arg[2] = {WASM_I32_VAL(0), WASM_REF_VAL(wasm_foreign_as_ref(strange))};
    wasm_val_vec_t args = WASM_ARRAY_VEC(arg);
    wasm_global_t *g = wasm_extern_as_global(x->data[GLOBAL]);
    wasm_table_t *t = wasm_extern_as_table(x->data[TABLE]);
    static int live = 1; /* a guest has it for longer than this function runs */
    CHECK(holds(x, 0, NULL));
    set(x, 0, ra);
    set(x, 1, rb);
    CHECK(holds(x, 0, ra) && holds(x, 1, rb) && !holds(x, 0, rb));
    CHECK(trapped(wasm_func_call(func_at(x, SET), &args, NULL), "arguments") && holds(x, 0, ra));
    v.of.ref = rb;
    wasm_global_set(g, &v);
    wasm_global_get(g, &v);
    CHECK(v.kind == WASM_EXTERNREF && v.of.ref == rb);
    wasm_val_delete(&v);
    CHECK(wasm_table_set(t, 9, ra) && holds(x, 9, ra));
    r = wasm_table_get(t, 9);
    CHECK(r == ra);
    wasm_ref_delete(r);
    wasm_foreign_set_host_info_with_finalizer(a, &live, count);
    wasm_foreign_delete(a); /* guests have it yet, and what belongs to it */
    r = get(x, 9);
    CHECK(wasm_ref_get_host_info(r) == &live && live == 1);
    wasm_ref_delete(r);
    set(x, 9, NULL);
    set(x, 0, NULL);
    wasm_foreign_delete(b);
    wasm_foreign_delete(strange);
    CHECK(wasm_table_grow(t, 1, NULL) && wasm_table_size(t) == 11);
}

static void functions(wasm_store_t *s, wasm_func_t *f, int *calls, wasm_extern_vec_t *x) {
    wasm_foreign_t *a = wasm_foreign_new(s);
    wasm_ref_t *ra = wasm_foreign_as_ref(a), *r;
    wasm_val_t v = WASM_INIT_VAL, w = WASM_INIT_VAL;
    wasm_val_vec_t args = {1, &v}, results = {1, &w};
    r = call(func_at(x, CALL), ra, wasm_func_as_ref(func_at(x, ME)));
    CHECK(r == ra && *calls == 1);
    wasm_ref_delete(r);
    CHECK(!call(func_at(x, CALL), NULL, wasm_func_as_ref(f)) && *calls == 2);
    r = call(f, ra, NULL);
    CHECK(r == ra && *calls == 3);
    wasm_ref_delete(r);
    CHECK(!wasm_func_call(func_at(x, ME), NULL, &results) && w.kind == WASM_FUNCREF);
    CHECK(w.of.ref == wasm_func_as_ref(func_at(x, CALL)));
    v = w;
    CHECK(!wasm_func_call(func_at(x, PASS), &args, &results) && w.of.ref == v.of.ref);
    wasm_val_delete(&v);
    wasm_val_delete(&w);
    v.kind = WASM_FUNCREF;
    v.of.ref = wasm_func_as_ref(f);
    CHECK(!wasm_func_call(func_at(x, PASS), &args, &results) && w.of.ref == wasm_func_as_ref(f));
    wasm_val_delete(&w);
    v.of.ref = ra; /* no function */
    CHECK(trapped(wasm_func_call(func_at(x, PASS), &args, &results), "arguments"));
    v = (wasm_val_t)WASM_INIT_VAL; /* null is null */
    CHECK(!wasm_func_call(func_at(x, PASS), &args, &results) && !w.of.ref);
    wasm_foreign_delete(a);
}

/* A guest that is given a new reference each time holds the last one, and no more than some of those before. */
static void many(wasm_store_t *s, wasm_extern_vec_t *x) {
    enum { N = 100000 };
    int live = 0, most = 0;
    for (int i = 0; i < N; i++) {
        wasm_foreign_t *a = wasm_foreign_new(s);
        live++;
        wasm_foreign_set_host_info_with_finalizer(a, &live, count);
        set(x, 5 + (i & 1), wasm_foreign_as_ref(a));
        wasm_foreign_delete(a);
        if (live > most)
            most = live;
    }
    CHECK(most < 5000 && live >= 2);
    wasm_ref_t *r = get(x, 5);
    CHECK(r && wasm_ref_get_host_info(r) == &live);
    wasm_ref_delete(r);
    for (int i = 0; i < 11; i++)
        set(x, i, NULL);
    for (int i = 0; i < 5000; i++) { /* so that it looks again */
        wasm_foreign_t *a = wasm_foreign_new(s);
        set(x, 0, wasm_foreign_as_ref(a));
        wasm_foreign_delete(a);
    }
    CHECK(live == 0);
}

/* An instance that nothing holds but an externref in its own table goes; one that the table of another holds stays. */
static void cycles(wasm_store_t *s, wasm_module_t *m, wasm_extern_t **imports, wasm_extern_vec_t *x) {
    int live = 2;
    for (int i = 0; i < 2; i++) {
        wasm_instance_t *in = kit_instance(s, m, imports, 1);
        wasm_extern_vec_t mine;
        wasm_instance_exports(in, &mine);
        set(&mine, 0, wasm_instance_as_ref(in));
        if (i)
            set(x, 7, wasm_instance_as_ref(in));
        wasm_instance_set_host_info_with_finalizer(in, &live, count);
        wasm_extern_vec_delete(&mine);
        wasm_instance_delete(in);
    }
    for (int i = 0; i < 5000; i++) {
        wasm_foreign_t *a = wasm_foreign_new(s);
        set(x, 0, wasm_foreign_as_ref(a));
        wasm_foreign_delete(a);
    }
    CHECK(live == 1);
    wasm_ref_t *r = get(x, 7);
    wasm_extern_vec_t its;
    CHECK(r && wasm_ref_as_instance(r));
    wasm_instance_exports(wasm_ref_as_instance(r), &its);
    CHECK(holds(&its, 0, r));
    wasm_extern_vec_delete(&its);
    wasm_ref_delete(r);
    set(x, 7, NULL);
    for (int i = 0; i < 5000; i++) {
        wasm_foreign_t *a = wasm_foreign_new(s);
        set(x, 0, wasm_foreign_as_ref(a));
        wasm_foreign_delete(a);
    }
    CHECK(live == 0);
}

int main(void) {
    wasm_engine_t *engine = wasm_engine_new();
    wasm_store_t *s = wasm_store_new(engine), *other = wasm_store_new(engine);
    wasm_module_t *m = kit_module(s, "refs");
    int calls = 0;
    wasm_functype_t *type =
        wasm_functype_new_2_1(wasm_valtype_new_externref(), wasm_valtype_new_funcref(), wasm_valtype_new_externref());
    wasm_func_t *f = wasm_func_new_with_env(s, type, callback, &calls, NULL);
    wasm_extern_t *imports[] = {wasm_func_as_extern(f)};
    wasm_instance_t *in = kit_instance(s, m, imports, 1);
    wasm_extern_vec_t x;
    wasm_functype_delete(type);
    wasm_instance_exports(in, &x);
    kinds(s, m, in, &x);
    hosts(s, other, &x);
    functions(s, f, &calls, &x);
    many(s, &x);
    cycles(s, m, imports, &x);
    wasm_func_delete(f);
    wasm_extern_vec_delete(&x);
    wasm_instance_delete(in);
    wasm_module_delete(m);
    wasm_store_delete(other);
    wasm_store_delete(s);
    wasm_engine_delete(engine);
    return finish();
}
