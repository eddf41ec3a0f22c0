/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed_calls.c - calls of WebAssembly functions: values, host functions, traps and their places, fuel, limits. */
#include "typed_kit.h"
#include <pthread.h>
#include <time.h>

struct host {
    struct svm *vm;
    struct svm_linker *l;
    struct svm_program *p;
    struct svm_instance *in;
    int twice_fails;
    struct svm_val logged[4];
};

static int twice(void *arg, struct svm_caller *c, const struct svm_val *args, struct svm_val *results) {
    const struct host *h = arg;
    if (h->twice_fails)
        return svm_caller_fail(c, "out of order");
    results[0].of.i32 = args[0].of.i32 * 2;
    return 0;
}

static int log_values(void *arg, struct svm_caller *c, const struct svm_val *args, struct svm_val *results) {
    struct host *h = arg;
    (void)c;
    memcpy(h->logged, args, sizeof h->logged);
    results[0].of.f64 = args[3].of.f64 / 2;
    return 0;
}

static void add_functions(struct svm_linker *l, void *arg) {
    static const enum svm_valkind i32 = SVM_I32, f64 = SVM_F64, four[] = {SVM_I32, SVM_I64, SVM_F32, SVM_F64};
    const struct svm_functype unary = {&i32, 1, &i32, 1}, log = {four, 4, &f64, 1};
    assert_int_equal(svm_linker_func(l, "env", "twice", &unary, twice, arg), 0);
    assert_int_equal(svm_linker_func(l, "env", "log", &log, log_values, arg), 0);
}

static int open_host(void **state) {
    struct host *h = calloc(1, sizeof *h);
    *state = h;
    h->vm = kit_vm(NULL);
    h->l = svm_linker_new(h->vm, NULL);
    add_functions(h->l, h);
    return 0;
}

static struct svm_instance *start(struct host *h) {
    h->p = kit_program(h->vm, "host");
    return h->in = kit_instance(h->l, h->p);
}

static int close_host(void **state) {
    struct host *h = *state;
    svm_instance_free(h->in);
    svm_program_free(h->p);
    svm_linker_free(h->l);
    svm_free(h->vm);
    free(h);
    return 0;
}

static void values(void **state) {
    struct host *h = *state;
    struct svm_instance *in = start(h);
    struct svm_val a[4] = {{SVM_I32, {.i32 = -3}},
                           {SVM_I64, {.i64 = INT64_MIN}},
                           {SVM_F32, {.f32 = 1.5f}},
                           {SVM_F64, {.f64 = -8}}},
                   r[2];
    struct svm_error err;
    assert_int_equal(kit_call(in, "add", 2, 40, 2, 0), 42);
    assert_int_equal(svm_call(in, "swap", a, 2, r, 2, &err), 0);
    assert_int_equal(r[0].kind, SVM_I64);
    assert_true(r[0].of.i64 == INT64_MIN && r[1].of.i32 == -3);
    assert_int_equal(svm_call(in, "log", a, 4, r, 1, &err), 0);
    assert_true(h->logged[0].of.i32 == -3 && h->logged[1].of.i64 == INT64_MIN && h->logged[2].of.f32 == 1.5f);
    assert_true(r[0].of.f64 == -4);
    assert_int_equal(kit_call(in, "twice_and_one", 1, 20, 0, 0), 41);
    a[0] = (struct svm_val){SVM_EXTERNREF, {.ref = 12345}};
    assert_int_equal(svm_call(in, "same", a, 1, r, 1, &err), 0);
    assert_true(r[0].kind == SVM_EXTERNREF && r[0].of.ref == 12345);
}

static void wrong_calls(void **state) {
    struct host *h = *state;
    struct svm_instance *in = start(h), *other = kit_instance(h->l, h->p);
    struct svm_val a[2] = {{SVM_I32, {.i32 = 1}}, {SVM_I64, {.i64 = 2}}}, r[2];
    struct svm_error err;
    assert_int_equal(svm_call(in, "nothing", a, 1, r, 1, &err), SVM_ENOENT);
    assert_int_equal(svm_call(in, "memory", a, 1, r, 1, &err), SVM_ENOENT);
    assert_int_equal(svm_call(in, "add", a, 1, r, 1, &err), SVM_EUSAGE);
    assert_non_null(strstr(err.text, "1 arguments"));
    assert_int_equal(svm_call(in, "add", a, 2, r, 1, &err), SVM_EUSAGE);
    assert_int_equal(svm_call(in, "add", a, 2, r, 2, &err), SVM_EUSAGE);
    /* a function of an instance that this one is not linked with */
    assert_int_equal(svm_call(other, "func", NULL, 0, a, 1, &err), 0);
    assert_int_equal(svm_call(in, "null_or", a, 1, r, 1, &err), SVM_EUSAGE);
    assert_int_equal(svm_call(other, "null_or", a, 1, r, 1, &err), 0);
    assert_int_equal(svm_func_call(in, a[0].of.func, r, 1, r, 1, &err), SVM_EUSAGE);
    assert_int_equal(svm_table_set(svm_instance_table(in, "table"), 0, &a[0]), SVM_EUSAGE);
    svm_instance_free(other);
}

static void traps_say_where(void **state) {
    struct host *h = *state;
    struct svm_instance *in = start(h);
    struct svm_val a[2] = {{SVM_I32, {.i32 = 1}}, {SVM_I32, {.i32 = 0}}}, r;
    const struct svm_trap *t;
    struct svm_error err;
    assert_int_equal(svm_call(in, "divide", a, 2, &r, 1, &err), SVM_ETRAP);
    assert_non_null(strstr(err.text, "\"middle\""));
    assert_non_null(strstr(err.text, "integer divide by zero"));
    t = svm_instance_trap(in);
    assert_int_equal(t->nframe, 2);
    assert_string_equal(t->frame[0].func, "middle");
    assert_string_equal(t->frame[1].func, "divide");
    assert_true(t->frame[0].offset > 8 && !t->limit);
    assert_int_equal(kit_call(in, "divide", 2, 6, 3, 0), 2);
    assert_int_equal(svm_instance_trap(in)->trap, 0);
    assert_int_equal(kit_call(in, "load", 1, 65535, 0, 0), 0);
    assert_int_equal(kit_call(in, "load", 1, 65536, 0, 0), TRAPPED_BOUNDS);
    assert_int_equal(kit_call(in, "load", 1, -1, 0, 0), TRAPPED_BOUNDS);
    assert_int_equal(kit_call(in, "indirect", 2, 1, 5, 0), 6);
    assert_int_equal(kit_call(in, "indirect", 2, 2, 5, 0), 10); /* the host's own, through the table */
    assert_int_equal(kit_call(in, "indirect", 2, 0, 5, 0), TRAPPED_NULL_ELEMENT);
    assert_int_equal(kit_call(in, "indirect", 2, 4, 5, 0), TRAPPED_NO_ELEMENT);
    h->twice_fails = 1;
    assert_int_equal(kit_call(in, "twice_and_one", 1, 1, 0, 0), TRAPPED_HOST);
    assert_string_equal(svm_instance_trap(in)->host_text, "out of order");
}

/* Each call gives and takes what it did the first time, whatever came between: calls of the same function may go in
 * another way than the first one. */
static void in_any_order(void **state) {
    static const struct {
        const char *name;
        int nargs, a, b;
        int64_t gives;
    } calls[] = {
        {"add", 2, 40, 2, 42},
        {"divide", 2, 6, 3, 2},
        {"divide", 2, 6, 0, TRAPPED_DIVIDE},
        {"twice_and_one", 1, 20, 0, 41},
        {"deep", 1, 100, 0, 100},
        {"deep", 1, 70000, 0, TRAPPED_DEPTH},
        {"load", 1, 16, 0, 'h'},
        {"load", 1, -1, 0, TRAPPED_BOUNDS},
        {"indirect", 2, 2, 5, 10},
        {"indirect", 2, 0, 5, TRAPPED_NULL_ELEMENT},
    };
    enum { N = sizeof calls / sizeof *calls };
    struct host *h = *state;
    struct svm_instance *in = start(h);
    uint64_t first[N] = {0};
    uint32_t x = 1, i = 0;
    for (int n = 0; n < 1000; n++) {
        x = x * 1664525 + 1013904223;
        if (x >> 30) /* else the same again */
            i = (x >> 8) % N;
        h->twice_fails = (x >> 4) % 16 == 1;
        if ((x >> 12) % 32 == 1)
            svm_instance_fuel_set(in, x >> 16 & 1 ? 1 << 24 : UINT64_MAX);
        if ((x >> 16) % 32 == 1) {
            svm_instance_interrupt(in);
            assert_int_equal(kit_call(in, calls[i].name, calls[i].nargs, calls[i].a, calls[i].b, 0), TRAPPED_INTERRUPT);
        }
        if (h->twice_fails && (calls[i].gives == 41 || calls[i].gives == 10)) {
            assert_int_equal(kit_call(in, calls[i].name, calls[i].nargs, calls[i].a, calls[i].b, 0), TRAPPED_HOST);
            continue;
        }
        assert_int_equal(kit_call(in, calls[i].name, calls[i].nargs, calls[i].a, calls[i].b, 0), calls[i].gives);
        if (!first[i])
            first[i] = svm_instance_insns(in);
        assert_int_equal(svm_instance_insns(in), first[i]);
        if (svm_instance_fuel(in) < 1 << 23)
            svm_instance_fuel_set(in, UINT64_MAX);
    }
}

static void the_hosts_access(void **state) {
    struct host *h = *state;
    struct svm_instance *in = start(h);
    struct svm_memory *m = svm_instance_memory(in, "memory");
    struct svm_global *g = svm_instance_global(in, "counter");
    struct svm_table *t = svm_instance_table(in, "table");
    struct svm_val v;
    char text[6] = "";
    assert_int_equal(svm_memory_size(m), 65536);
    assert_int_equal(svm_memory_read(m, 16, text, 5), 0);
    assert_string_equal(text, "hello");
    assert_int_equal(svm_memory_write(m, 65535, text, 2), SVM_EINDEX);
    assert_int_equal(svm_memory_read(m, UINT64_MAX, text, 2), SVM_EINDEX);
    assert_int_equal(kit_call(in, "grow", 1, 2, 0, 0), 1);
    assert_int_equal(svm_memory_size(m), 3 * 65536);
    assert_int_equal(svm_memory_grow(m, 1), 3);
    svm_memory_data(m)[4 * 65536 - 1] = 9;
    assert_int_equal(kit_call(in, "load", 1, 4 * 65536 - 1, 0, 0), 9);
    assert_int_equal(kit_call(in, "grow", 1, 1997, 0, 0), -1);
    svm_global_get(g, &v);
    assert_true(v.kind == SVM_I64 && v.of.i64 == 7);
    v.of.i64 = 8;
    assert_int_equal(svm_global_set(g, &v), 0);
    v.kind = SVM_I32;
    assert_int_equal(svm_global_set(g, &v), SVM_EUSAGE);
    assert_int_equal(svm_table_size(t), 4);
    assert_int_equal(svm_table_get(t, 1, &v), 0);
    assert_non_null(v.of.func);
    assert_int_equal(svm_table_set(t, 3, &v), 0);
    assert_int_equal(kit_call(in, "indirect", 2, 3, 5, 0), 6);
    assert_int_equal(svm_table_get(t, 4, &v), SVM_EINDEX);
    assert_int_equal(svm_table_grow(t, 7), -1);
    assert_int_equal(svm_table_grow(t, 6), 4);
}

static void fuel(void **state) {
    struct host *h = *state;
    struct svm_instance *in = start(h);
    uint64_t first;
    assert_int_equal(kit_call(in, "add", 2, 1, 2, 0), 3);
    first = svm_instance_insns(in);
    assert_true(first > 0 && first < 10);
    svm_instance_fuel_set(in, 1000);
    assert_int_equal(kit_call(in, "add", 2, 1, 2, 0), 3);
    assert_int_equal(svm_instance_fuel(in), 1000 - first);
    assert_int_equal(kit_call(in, "spin", 0, 0, 0, 0), TRAPPED_FUEL);
    assert_true(svm_instance_trap(in)->limit);
    assert_true(svm_instance_fuel(in) < 10);
    svm_instance_fuel_set(in, 1000);
    assert_int_equal(kit_call(in, "fill", 3, 0, 1, 65536), TRAPPED_FUEL); /* 1,024 units */
    svm_instance_fuel_set(in, 2000);
    assert_true(kit_call(in, "fill", 3, 0, 1, 65536) == 0 && svm_instance_insns(in) >= 1024);
    svm_instance_fuel_set(in, UINT64_MAX);
    assert_int_equal(kit_call(in, "add", 2, 1, 2, 0), 3);
}

static void call_depth(void **state) {
    struct host *h = *state;
    struct svm_instance *in = start(h);
    assert_int_equal(kit_call(in, "deep", 1, 60000, 0, 0), 60000);
    assert_int_equal(kit_call(in, "deep", 1, 70000, 0, 0), TRAPPED_DEPTH);
    assert_int_equal(kit_call(in, "deep", 1, 1000, 0, 0), 1000);
}

/* ---- from another thread ---- */

/* Processor time of the thread that runs: what others do on this machine does not count. */
static uint64_t spent(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

struct stopper {
    struct svm_instance *in;
    clockid_t clock; /* of the thread that it stops */
    uint64_t at;
};
static void *stop_later(void *arg) {
    struct stopper *s = arg;
    struct timespec pause = {0, 20000000};
    nanosleep(&pause, NULL);
    s->at = spent(s->clock);
    svm_instance_interrupt(s->in);
    return NULL;
}

/* The best of a few, in nanoseconds. */
static uint64_t time_to_stop(struct svm_instance *in, const char *func, int arg) {
    uint64_t best = UINT64_MAX, took;
    for (int i = 0; i < 5; i++) {
        struct stopper s = {.in = in};
        pthread_t t;
        assert_int_equal(pthread_getcpuclockid(pthread_self(), &s.clock), 0);
        assert_int_equal(pthread_create(&t, NULL, stop_later, &s), 0);
        assert_int_equal(kit_call(in, func, (size_t)(arg != 0), arg, 0, 0), TRAPPED_INTERRUPT);
        took = spent(s.clock);
        pthread_join(t, NULL);
        took -= s.at;
        if (took < best)
            best = took;
    }
    return best;
}

static void interrupts(void **state) {
    struct host *h = *state;
    struct svm_instance *in = start(h);
    assert_int_equal(kit_call(in, "grow", 1, 1024, 0, 0), 1);
    svm_instance_fuel_set(in, UINT64_MAX - 1);
    assert_true(time_to_stop(in, "spin", 0) < 1000000);
    assert_true(time_to_stop(in, "fill_forever", 64 << 20) < 1000000);
    assert_int_equal(kit_call(in, "add", 2, 1, 2, 0), 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values, open_host, close_host),
        cmocka_unit_test_setup_teardown(wrong_calls, open_host, close_host),
        cmocka_unit_test_setup_teardown(traps_say_where, open_host, close_host),
        cmocka_unit_test_setup_teardown(in_any_order, open_host, close_host),
        cmocka_unit_test_setup_teardown(the_hosts_access, open_host, close_host),
        cmocka_unit_test_setup_teardown(fuel, open_host, close_host),
        cmocka_unit_test_setup_teardown(call_depth, open_host, close_host),
        cmocka_unit_test_setup_teardown(interrupts, open_host, close_host),
    };
    return kit_main("typed_calls", KIT_WASM, tests, sizeof tests / sizeof *tests);
}
