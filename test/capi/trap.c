/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* trap.c - traps of wasm.h: texts, frames, a callback's own trap on its way out, calls within callbacks, start
 * functions. */
#include "kit.h"

struct host {
    wasm_store_t *store;
    wasm_func_t *again; /* the export that calls back */
    wasm_trap_t *made;  /* the last one that fail() gave */
    int depth, deepest;
    bool swallow;
};

static void bump(void *p) {
    ++*(int *)p;
}

static wasm_trap_t *fail(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    struct host *h = env;
    wasm_message_t text;
    (void)args;
    (void)results;
    wasm_name_new_from_string_nt(&text, "not today");
    h->made = wasm_trap_new(h->store, &text);
    wasm_byte_vec_delete(&text);
    return h->made;
}

/* Calls the guest again, which calls back: as deep as it is let. 1000 and more: without end. */
static wasm_trap_t *again(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    struct host *h = env;
    int n = args->data[0].of.i32;
    wasm_val_t v = WASM_I32_VAL(n >= 1000 ? n : n - 1);
    wasm_val_vec_t in = {1, &v};
    wasm_trap_t *t = NULL;
    if (n == 0) { /* at the bottom */
        results->data[0] = (wasm_val_t)WASM_I32_VAL(0);
        return NULL;
    }
    if (++h->depth > h->deepest)
        h->deepest = h->depth;
    t = wasm_func_call(h->again, &in, results);
    h->depth--;
    if (t && h->swallow) {
        wasm_trap_delete(t);
        results->data[0] = (wasm_val_t)WASM_I32_VAL(-7);
        return NULL;
    }
    results->data[0].of.i32++;
    return t;
}

static void texts_and_frames(wasm_instance_t *in, wasm_extern_vec_t *exports) {
    wasm_trap_t *t, *same;
    wasm_frame_t *origin;
    wasm_frame_vec_t trace;
    kit_call(func_at(exports, 1), 0, 0, 0, &t);
    CHECK(trapped(t, "unreachable"));
    kit_call(func_at(exports, 4), 1, 65536, 0, &t);
    CHECK(trapped(t, "out of bounds memory access"));
    kit_call(func_at(exports, 5), 0, 0, 0, &t);
    CHECK(trapped(t, "stack"));
    CHECK(kit_call(func_at(exports, 2), 1, 1, 0, NULL) == 1);
    kit_call(func_at(exports, 2), 1, 0, 0, &t);
    origin = wasm_trap_origin(t);
    wasm_trap_trace(t, &trace);
    CHECK(origin && trace.size == 2);
    CHECK(wasm_frame_func_index(origin) == 4 && wasm_frame_func_index(trace.data[0]) == 4);
    CHECK(wasm_frame_func_index(trace.data[1]) == 5);
    CHECK(wasm_frame_instance(origin) == in && wasm_frame_instance(trace.data[1]) == in);
    CHECK(wasm_frame_module_offset(origin) < wasm_frame_module_offset(trace.data[1]) &&
          wasm_frame_module_offset(origin) > 8);
    CHECK(wasm_frame_func_offset(origin) < wasm_frame_module_offset(origin));
    same = wasm_trap_copy(t);
    CHECK(wasm_trap_same(t, same) && wasm_ref_as_trap(wasm_trap_as_ref(t)) == t);
    CHECK(!wasm_ref_as_func(wasm_trap_as_ref(t)));
    CHECK(trapped(t, "divide by zero") && trapped(same, "divide by zero"));
    wasm_frame_delete(origin);
    wasm_frame_vec_delete(&trace);
}

static void through_callbacks(struct host *h, wasm_extern_vec_t *exports) {
    wasm_frame_t *origin;
    wasm_trap_t *t;
    int gone = 0;
    kit_call(func_at(exports, 0), 0, 0, 0, &t);
    CHECK(t == h->made && !gone);
    origin = wasm_trap_origin(t);
    CHECK(origin && wasm_frame_func_index(origin) == 2); /* who called the host */
    wasm_frame_delete(origin);
    wasm_trap_set_host_info_with_finalizer(t, &gone, bump);
    CHECK(wasm_trap_get_host_info(t) == &gone);
    CHECK(trapped(t, "not today") && gone == 1);

    h->again = func_at(exports, 3);
    CHECK(kit_call(h->again, 1, 10, 0, NULL) == 10 && h->deepest == 10);
    h->deepest = 0;
    kit_call(h->again, 1, 1000, 0, &t); /* ends by the limit of calls, not of the host's stack */
    CHECK(trapped(t, "stack") && h->deepest > 50 && h->deepest < 1000 && h->depth == 0);
    h->swallow = true;
    kit_call(h->again, 1, 1000, 0, &t);
    CHECK(!t);
    h->swallow = false;
    CHECK(kit_call(h->again, 1, 3, 0, NULL) == 3);
}

static void start(wasm_store_t *s) {
    wasm_module_t *m = kit_module(s, "start");
    wasm_limits_t four = {4, 4};
    wasm_tabletype_t *type = wasm_tabletype_new(wasm_valtype_new_funcref(), &four);
    wasm_table_t *table = wasm_table_new(s, type, NULL);
    wasm_extern_t *imports[] = {wasm_table_as_extern(table)};
    wasm_extern_vec_t v = WASM_ARRAY_VEC(imports), none = WASM_EMPTY_VEC;
    wasm_trap_t *t = NULL;
    wasm_frame_vec_t trace;
    wasm_ref_t *r;
    CHECK(!wasm_instance_new(s, m, &none, &t) && trapped(t, "imports"));
    CHECK(!wasm_instance_new(s, m, &none, NULL));
    CHECK(!wasm_instance_new(s, m, &v, NULL));
    CHECK(!wasm_instance_new(s, m, &v, &t) && t);
    wasm_trap_trace(t, &trace);
    CHECK(trace.size == 1 && wasm_frame_func_index(trace.data[0]) == 1 && wasm_frame_instance(trace.data[0]));
    wasm_frame_vec_delete(&trace);
    CHECK(trapped(t, "out of bounds memory access"));
    r = wasm_table_get(table, 1); /* of an instance that never came to be, and works */
    CHECK(r && kit_call(wasm_ref_as_func(r), 0, 0, 0, NULL) == 7);
    wasm_ref_delete(r);
    wasm_tabletype_delete(type);
    wasm_module_delete(m);
    wasm_table_delete(table);
}

int main(void) {
    wasm_engine_t *engine = wasm_engine_new();
    wasm_store_t *s = wasm_store_new(engine);
    struct host h = {.store = s};
    wasm_module_t *m = kit_module(s, "trap");
    wasm_functype_t *type = wasm_functype_new_0_1(wasm_valtype_new_i32());
    wasm_functype_t *type1 = wasm_functype_new_1_1(wasm_valtype_new_i32(), wasm_valtype_new_i32());
    wasm_func_t *f = wasm_func_new_with_env(s, type, fail, &h, NULL),
                *g = wasm_func_new_with_env(s, type1, again, &h, NULL);
    wasm_extern_t *imports[] = {wasm_func_as_extern(f), wasm_func_as_extern(g)};
    wasm_instance_t *in = kit_instance(s, m, imports, 2);
    wasm_extern_vec_t exports;
    wasm_instance_exports(in, &exports);
    texts_and_frames(in, &exports);
    through_callbacks(&h, &exports);
    CHECK(trapped(wasm_func_call(f, NULL, NULL), "not today")); /* no guest between */
    start(s);
    wasm_functype_delete(type);
    wasm_functype_delete(type1);
    wasm_func_delete(f);
    wasm_func_delete(g);
    wasm_extern_vec_delete(&exports);
    wasm_instance_delete(in);
    wasm_module_delete(m);
    wasm_store_delete(s);
    wasm_engine_delete(engine);
    return finish();
}
