/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed_threads.c - one module in many threads; a memory that they share; waiting and waking. */
#include "typed_kit.h"
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

enum { THREADS = 8, ADDS = 20000 };

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

struct worker {
    struct svm *vm;
    struct svm_program *p;
    struct svm_memory *m;
    pthread_t thread;
    int result;
};

static int twice(void *arg, struct svm_caller *c, const struct svm_val *args, struct svm_val *results) {
    (void)arg, (void)c;
    results[0].of.i32 = args[0].of.i32 * 2;
    return 0;
}
static int nothing(void *arg, struct svm_caller *c, const struct svm_val *args, struct svm_val *results) {
    (void)arg, (void)c, (void)args, (void)results;
    return 0;
}

/* Instances come and go, each with a linker of its own; functions are lowered by whoever needs them first. */
static void *come_and_go(void *arg) {
    static const enum svm_valkind i32 = SVM_I32, f64 = SVM_F64, four[] = {SVM_I32, SVM_I64, SVM_F32, SVM_F64};
    static const struct svm_functype unary = {&i32, 1, &i32, 1}, log = {four, 4, &f64, 1};
    struct worker *w = arg;
    for (int i = 0; i < 50; i++) {
        struct svm_linker *l = svm_linker_new(w->vm, NULL);
        struct svm_instance *in;
        svm_linker_func(l, "env", "twice", &unary, twice, NULL);
        svm_linker_func(l, "env", "log", &log, nothing, NULL);
        in = svm_linker_instantiate(l, w->p, NULL);
        svm_linker_free(l);
        if (!in)
            return NULL;
        w->result += kit_call(in, "twice_and_one", 1, i, 0, 0) == 2 * i + 1;
        w->result += kit_call(in, "deep", 1, 100, 0, 0) == 100;
        w->result += kit_call(in, "divide", 2, 1, 0, 0) == TRAPPED_DIVIDE;
        w->result += kit_call(in, "indirect", 2, 2, 4, 0) == 8;
        svm_instance_free(in);
    }
    return NULL;
}

static void one_module_in_eight_threads(void **state) {
    struct svm *vm = kit_vm(NULL);
    struct svm_program *p = kit_program(vm, "host");
    struct worker w[THREADS];
    (void)state;
    for (int i = 0; i < THREADS; i++) {
        w[i] = (struct worker){.vm = vm, .p = p};
        assert_int_equal(pthread_create(&w[i].thread, NULL, come_and_go, &w[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(w[i].thread, NULL);
        assert_int_equal(w[i].result, 200);
    }
    svm_program_free(p);
    svm_free(vm);
}

static struct svm_instance *with_memory(struct worker *w) {
    struct svm_linker *l = svm_linker_new(w->vm, NULL);
    struct svm_instance *in;
    assert_int_equal(svm_linker_memory(l, "env", "memory", w->m), 0);
    in = kit_instance(l, w->p);
    svm_linker_free(l);
    return in;
}

static void *add_many(void *arg) {
    struct worker *w = arg;
    struct svm_instance *in = with_memory(w);
    w->result = kit_call(in, "add_many", 2, 64, ADDS, 0);
    svm_instance_free(in);
    return NULL;
}

static void open_shared(struct worker *w) {
    w->vm = kit_vm(NULL);
    w->p = kit_program(w->vm, "wait");
    w->m = svm_memory_new(w->vm, 1, 4, SVM_SHARED, NULL);
    w->result = 0;
}
static void close_shared(struct worker *w) {
    svm_memory_free(w->m);
    svm_program_free(w->p);
    svm_free(w->vm);
}

static void a_shared_memory(void **state) {
    struct worker w[THREADS], shared = {0};
    struct svm_instance *in;
    (void)state;
    open_shared(&shared);
    for (int i = 0; i < THREADS; i++) {
        w[i] = shared; /* not w[0], which a thread writes by now */
        assert_int_equal(pthread_create(&w[i].thread, NULL, add_many, &w[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(w[i].thread, NULL);
    in = with_memory(&shared);
    assert_int_equal(kit_call(in, "add", 2, 64, 0, 0), THREADS * ADDS);
    svm_instance_free(in);
    close_shared(&shared);
}

static int wait_for(struct svm_instance *in, int at, int expected, int64_t ns) {
    struct svm_val a[3] = {{SVM_I32, {.i32 = at}}, {SVM_I32, {.i32 = expected}}, {SVM_I64, {.i64 = ns}}}, r;
    int rc = svm_call(in, "wait", a, 3, &r, 1, NULL);
    return rc ? -1000 - (int)svm_instance_trap(in)->trap : r.of.i32;
}

struct sleeper {
    struct worker w;
    struct svm_instance *in;
    int result;
    uint64_t woken;
};
static void *sleep_long(void *arg) {
    struct sleeper *s = arg;
    s->result = wait_for(s->in, 128, 0, -1);
    s->woken = now();
    return NULL;
}

static void waits_end(void **state) {
    struct sleeper s;
    struct svm_instance *in;
    int woken;
    (void)state;
    open_shared(&s.w);
    s.in = with_memory(&s.w);
    in = with_memory(&s.w);
    assert_int_equal(wait_for(in, 128, 1, -1), 1);      /* another value stands there */
    assert_int_equal(wait_for(in, 128, 0, 1000000), 2); /* nobody comes */
    assert_int_equal(wait_for(in, 130, 0, 0), -1012);   /* not aligned */
    assert_int_equal(wait_for(in, 65536, 0, 0), TRAPPED_BOUNDS);
    assert_int_equal(kit_call(in, "notify", 2, 128, 5, 0), 0);
    assert_int_equal(pthread_create(&s.w.thread, NULL, sleep_long, &s), 0);
    do
        woken = kit_call(in, "notify", 2, 128, 5, 0);
    while (!woken);
    assert_int_equal(woken, 1);
    pthread_join(s.w.thread, NULL);
    assert_int_equal(s.result, 0);
    svm_instance_free(in);
    svm_instance_free(s.in);
    close_shared(&s.w);
}

/* The best of a few: this machine may be busy. */
static void an_interrupt_wakes(void **state) {
    uint64_t best = UINT64_MAX;
    struct sleeper s;
    (void)state;
    open_shared(&s.w);
    s.in = with_memory(&s.w);
    for (int i = 0; i < 5; i++) {
        struct timespec pause = {0, 20000000};
        uint64_t at;
        assert_int_equal(pthread_create(&s.w.thread, NULL, sleep_long, &s), 0);
        nanosleep(&pause, NULL);
        at = now();
        svm_instance_interrupt(s.in);
        pthread_join(s.w.thread, NULL);
        assert_int_equal(s.result, TRAPPED_INTERRUPT);
        if (s.woken - at < best)
            best = s.woken - at;
    }
    assert_true(best < 1000000);
    svm_instance_free(s.in);
    close_shared(&s.w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_module_in_eight_threads),
        cmocka_unit_test(a_shared_memory),
        cmocka_unit_test(waits_end),
        cmocka_unit_test(an_interrupt_wakes),
    };
    return kit_main("typed_threads", KIT_WASM, tests, sizeof tests / sizeof *tests);
}
