/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* random.c - instances, functions and foreign objects of a store come and go at random, and put each other into tables
 * and globals: what comes back is what was put there, every finalizer runs once, and all of it is gone with the store.
 */
#include "kit.h"

enum { SLOTS = 24, STEPS = 80000, OWN = 0, GLOBAL, CALL, PUT, TAKE, RUN, KEEP, KEPT };

static uint64_t seed;
static unsigned pick(unsigned n) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 20) % n;
}

/* Each object that ever was has a number, and a count of the finalizers that ran for it. */
static struct note { int live; } note[STEPS + SLOTS];
static unsigned nnotes;

static void over(void *p) {
    ((struct note *)p)->live--;
}

static struct note *new_note(void) {
    note[nnotes].live = 1;
    return &note[nnotes++];
}

/* What the test knows of instance i: references on it, and what it gave it to keep. */
struct mine {
    wasm_instance_t *in;
    wasm_extern_vec_t x;
    struct note *kept[4];
};
static struct mine mine[SLOTS];
static wasm_foreign_t *foreign[SLOTS];
static wasm_func_t *func[SLOTS];
static wasm_table_t *table;

static wasm_trap_t *echo(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    if (((struct note *)env)->live != 1)
        CHECK(!"a callback that is over");
    if (pick(4) == 0) { /* meanwhile */
        unsigned i = pick(SLOTS);
        wasm_foreign_delete(foreign[i]);
        foreign[i] = NULL;
    }
    wasm_val_copy(&results->data[0], &args->data[0]);
    return NULL;
}

static wasm_func_t *new_func(wasm_store_t *s) {
    wasm_functype_t *t = wasm_functype_new_1_1(wasm_valtype_new_externref(), wasm_valtype_new_externref());
    wasm_func_t *f = wasm_func_new_with_env(s, t, echo, new_note(), over);
    wasm_functype_delete(t);
    return f;
}

static struct note *note_of(const wasm_ref_t *r) {
    return r ? wasm_ref_get_host_info(r) : NULL;
}

static void drop(struct mine *m) {
    if (m->in)
        wasm_extern_vec_delete(&m->x);
    wasm_instance_delete(m->in);
    *m = (struct mine){0};
}

static void make(wasm_store_t *s, wasm_module_t *m, struct mine *x) {
    unsigned i = pick(SLOTS);
    struct mine *other = &mine[pick(SLOTS)];
    wasm_extern_t *imports[2] = {wasm_table_as_extern(table), NULL};
    if (!func[i])
        func[i] = new_func(s);
    imports[1] = other->in && other != x && pick(2) ? other->x.data[CALL] : wasm_func_as_extern(func[i]);
    wasm_instance_t *in = kit_instance(s, m, imports, 2);
    wasm_instance_set_host_info_with_finalizer(in, new_note(), over);
    drop(x);
    x->in = in;
    wasm_instance_exports(in, &x->x);
}

/* A call with i, unless it is negative, and with r, where the function takes one; the note of what comes back. */
static struct note *call(const wasm_func_t *f, int i, wasm_ref_t *r, wasm_trap_t **t) {
    wasm_val_t v[2] = {WASM_I32_VAL(i), WASM_REF_VAL(r)}, out = WASM_INIT_VAL;
    wasm_val_vec_t args = {wasm_func_param_arity(f), i < 0 ? v + 1 : v}, results = {1, &out};
    struct note *n;
    *t = wasm_func_call(f, &args, &results);
    n = note_of(out.of.ref);
    wasm_val_delete(&out);
    return n;
}

static wasm_ref_t *some(unsigned i, unsigned k) {
    switch (k) {
    case 0: return wasm_foreign_as_ref(foreign[i]);
    case 1: return wasm_instance_as_ref(mine[i].in);
    }
    return NULL;
}

static void step(wasm_store_t *s, wasm_module_t *m) {
    unsigned i = pick(SLOTS), k = pick(SLOTS), at = pick(4);
    struct mine *x = &mine[i];
    wasm_ref_t *r = some(k, pick(3));
    struct note *n = note_of(r), *back;
    wasm_trap_t *t = NULL;
    switch (pick(10)) {
    case 0:
        if (!foreign[i])
            wasm_foreign_set_host_info_with_finalizer(foreign[i] = wasm_foreign_new(s), new_note(), over);
        return;
    case 1:
        wasm_foreign_delete(foreign[i]);
        foreign[i] = NULL;
        return;
    case 2:
        wasm_func_delete(func[i]);
        func[i] = pick(2) ? new_func(s) : NULL;
        return;
    case 3: make(s, m, x); return;
    case 4: drop(x); return;
    case 5: /* a function of the host's, or of an instance, into the shared table */
        if (pick(2))
            wasm_table_set(table, pick(16), wasm_func_as_ref(func[i]));
        else if (x->in)
            kit_call(func_at(&x->x, PUT), 1, (int)pick(16), 0, &t);
        return;
    }
    if (!x->in)
        return;
    switch (pick(5)) {
    case 0:
        call(func_at(&x->x, KEEP), (int)at, r, &t);
        x->kept[at] = n;
        break;
    case 1:
        back = call(func_at(&x->x, KEPT), (int)at, NULL, &t);
        if (t || back != x->kept[at])
            CHECK(!"kept");
        break;
    case 2:
        back = call(func_at(&x->x, CALL), -1, r, &t);
        if (t || back != n)
            CHECK(!"echo");
        break;
    case 3: call(func_at(&x->x, RUN), (int)pick(16), r, &t); break;
    case 4: kit_call(func_at(&x->x, TAKE), 1, (int)pick(16), 0, &t); break;
    }
    wasm_trap_delete(t);
}

static void run(uint64_t first) {
    wasm_engine_t *engine = wasm_engine_new();
    wasm_store_t *s = wasm_store_new(engine);
    wasm_module_t *m = kit_module(s, "random");
    wasm_limits_t l = {16, 16};
    wasm_tabletype_t *tt = wasm_tabletype_new(wasm_valtype_new_funcref(), &l);
    unsigned wrong = 0, live = 0;
    table = wasm_table_new(s, tt, NULL);
    wasm_tabletype_delete(tt);
    seed = first;
    nnotes = 0;
    for (unsigned i = 0; i < STEPS / 2; i++)
        step(s, m);
    for (unsigned i = 0; i < nnotes; i++)
        live += note[i].live == 1;
    CHECK(nnotes > 1000 && live < nnotes); /* some went already */
    for (unsigned i = 0; i < SLOTS; i++) {
        drop(&mine[i]);
        wasm_foreign_delete(foreign[i]);
        wasm_func_delete(func[i]);
        foreign[i] = NULL;
        func[i] = NULL;
    }
    wasm_table_delete(table);
    wasm_module_delete(m);
    wasm_store_delete(s);
    wasm_engine_delete(engine);
    for (unsigned i = 0; i < nnotes; i++)
        wrong += note[i].live != 0;
    CHECK(wrong == 0);
}

int main(int argc, char **argv) {
    uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    for (uint64_t i = 0; i < 10; i++)
        run((first + i) * 0x9e3779b97f4a7c15u);
    return finish();
}
