/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed_signals.c - signals while WebAssembly runs, in every engine: accesses that fault in many threads, under host
 * functions and under guests that those call; faults that are the host's own; a timer that never stops. */
#define _GNU_SOURCE
#include "typed_kit.h"
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>

struct host {
    struct svm *vm;
    struct svm_program *p;
    struct svm_instance *in;
};

static volatile uint8_t *forbidden;

static int again(void *arg, struct svm_caller *c, const struct svm_val *args, struct svm_val *results) {
    struct host *h = arg;
    int v = kit_call(h->in, "peek", 1, args[0].of.i32, 0, 0);
    (void)c;
    results[0].of.i32 = v == TRAPPED_BOUNDS ? 7 : v + 50;
    return 0;
}

static sigjmp_buf way_out;
static volatile sig_atomic_t hosts;

static void on_fault(int sig, siginfo_t *info, void *context) {
    (void)sig, (void)info, (void)context;
    hosts++;
    siglongjmp(way_out, 1);
}

static int touch(void *arg, struct svm_caller *c, const struct svm_val *args, struct svm_val *results) {
    (void)arg, (void)c, (void)args;
    results[0].of.i32 = 1;
    if (sigsetjmp(way_out, 1))
        results[0].of.i32 = 2;
    else if (forbidden)
        *forbidden = 1;
    return 0;
}

static void open_host(struct host *h, const char *engine) {
    static const enum svm_valkind i32 = SVM_I32;
    static const struct svm_functype unary = {&i32, 1, &i32, 1}, source = {NULL, 0, &i32, 1};
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_linker *l;
    c.engine = engine;
    h->vm = svm_new(&c, NULL);
    h->p = kit_program(h->vm, "signals");
    l = svm_linker_new(h->vm, NULL);
    assert_int_equal(svm_linker_func(l, "env", "again", &unary, again, h), 0);
    assert_int_equal(svm_linker_func(l, "env", "touch", &source, touch, h), 0);
    h->in = kit_instance(l, h->p);
    svm_linker_free(l);
}

static void close_host(struct host *h) {
    svm_instance_free(h->in);
    svm_program_free(h->p);
    svm_free(h->vm);
}

/* Runs a test in every engine that runs such functions. */
static void in_every(void (*test)(struct host *h)) {
    struct svm *vm = svm_new(NULL, NULL);
    const struct svm_engine_info *e;
    for (size_t i = 0; (e = svm_engine_at(vm, i)); i++) {
        struct host h;
        if (!e->usable)
            continue;
        open_host(&h, e->name);
        test(&h);
        close_host(&h);
    }
    svm_free(vm);
}

/* --- nested: host -> guest -> host -> guest --- */

static void nested(struct host *h) {
    static const int ends[] = {65532 - 4, 65532 - 3, 65536, -1, -8, 0x7fffffff};
    for (size_t k = 0; k < sizeof ends / sizeof *ends; k++)
        for (int r = 0; r < 3; r++)
            assert_int_equal(kit_call(h->in, "outer", 1, ends[k], 0, 0), (k ? 7 : 50) + 4321000);
    assert_int_equal(kit_call(h->in, "peek", 1, 65532, 0, 0), TRAPPED_BOUNDS); /* and outside of any */
    assert_int_equal(svm_instance_trap(h->in)->nframe, 1);
}

static void inner_traps_return_to_the_host_between(void **state) {
    (void)state;
    in_every(nested);
}

static void deep(struct host *h) {
    assert_int_equal(kit_call(h->in, "deep", 1, 5000, 0, 0), TRAPPED_BOUNDS);
    assert_int_equal(svm_instance_trap(h->in)->nframe, 32);
    assert_int_equal(kit_call(h->in, "count", 1, 65000, 0, 0), 65000);
    assert_int_equal(kit_call(h->in, "count", 1, 65534, 0, 0), 65534);
    assert_int_equal(kit_call(h->in, "count", 1, 65536, 0, 0), TRAPPED_DEPTH);
    assert_int_equal(kit_call(h->in, "count", 1, 1 << 20, 0, 0), TRAPPED_DEPTH);
    assert_int_equal(kit_call(h->in, "sum", 1, 100, 0, 0), 4950);
}

static void deep_faults_and_the_end_of_the_stack(void **state) {
    (void)state;
    in_every(deep);
}

/* A thread whose own stack is far too small for the guest's recursion. */
static void *small_stack(void *arg) {
    deep(arg);
    return NULL;
}

static void on_a_small_stack(struct host *h) {
    pthread_attr_t a;
    pthread_t t;
    pthread_attr_init(&a);
    pthread_attr_setstacksize(&a, 256 << 10);
    assert_int_equal(pthread_create(&t, &a, small_stack, h), 0);
    pthread_join(t, NULL);
    pthread_attr_destroy(&a);
}

static void deep_on_a_small_stack(void **state) {
    (void)state;
    in_every(on_a_small_stack);
}

/* --- the host's own faults --- */

static void chained(struct host *h) {
    int before = hosts;
    assert_int_equal(kit_call(h->in, "around", 1, 28, 0, 0), 25);
    assert_int_equal(hosts, before + 1);
    assert_int_equal(kit_call(h->in, "around", 1, 65536, 0, 0), TRAPPED_BOUNDS);
    assert_int_equal(hosts, before + 2);
}

static void the_hosts_faults_are_its_own(void **state) {
    struct sigaction a = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER}, old;
    (void)state;
    sigaction(SIGSEGV, &a, &old); /* ours comes in front with the next memory */
    forbidden = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    in_every(chained);
    munmap((void *)(uintptr_t)forbidden, 4096);
    forbidden = NULL;
    sigaction(SIGSEGV, &old, NULL);
}

/* --- threads --- */

enum { THREADS = 6 };
struct worker {
    const char *engine;
    int traps, wrong;
    pthread_t thread;
};

static void *work(void *arg) {
    struct worker *w = arg;
    struct host h;
    open_host(&h, w->engine);
    for (int i = 0; i < 300; i++) {
        int v = w->traps ? kit_call(h.in, "peek", 1, 65536 + i * 4096, 0, 0) : kit_call(h.in, "sum", 1, 1000, 0, 0);
        w->wrong += v != (w->traps ? TRAPPED_BOUNDS : 499500);
    }
    close_host(&h);
    return NULL;
}

static void some_trap(struct host *h) {
    struct worker w[THREADS] = {0};
    for (int i = 0; i < THREADS; i++) {
        w[i].traps = i % 2;
        w[i].engine = svm_program_engine(h->p);
        assert_int_equal(pthread_create(&w[i].thread, NULL, work, &w[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(w[i].thread, NULL);
        assert_int_equal(w[i].wrong, 0);
    }
}

static void some_threads_trap_while_others_run(void **state) {
    (void)state;
    in_every(some_trap);
}

/* --- a signal that has nothing to do with us, on whatever stack runs --- */

static volatile sig_atomic_t ticks;
static void on_tick(int sig) {
    volatile char room[8192];
    room[sizeof room - 1] = (char)sig;
    ticks += room[sizeof room - 1] != 0;
}

static void ticking(struct host *h) {
    struct itimerval often = {{0, 200}, {0, 200}}, never = {{0, 0}, {0, 0}};
    struct sigaction a = {.sa_handler = on_tick, .sa_flags = SA_RESTART}, old;
    int before = ticks;
    sigaction(SIGPROF, &a, &old);
    setitimer(ITIMER_PROF, &often, NULL);
    for (int i = 0; i < 2000 && ticks < before + 20; i++) {
        assert_int_equal(kit_call(h->in, "sum", 1, 10000, 0, 0), 49995000);
        assert_int_equal(kit_call(h->in, "count", 1, 20000, 0, 0), 20000);
        assert_int_equal(kit_call(h->in, "deep", 1, 100, 0, 0), TRAPPED_BOUNDS);
    }
    setitimer(ITIMER_PROF, &never, NULL);
    sigaction(SIGPROF, &old, NULL);
    assert_true(ticks > before);
}

static void a_timer_that_never_stops(void **state) {
    (void)state;
    in_every(ticking);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inner_traps_return_to_the_host_between),
        cmocka_unit_test(deep_faults_and_the_end_of_the_stack),
        cmocka_unit_test(deep_on_a_small_stack),
        cmocka_unit_test(the_hosts_faults_are_its_own),
        cmocka_unit_test(some_threads_trap_while_others_run),
        cmocka_unit_test(a_timer_that_never_stops),
    };
    return cmocka_run_group_tests_name("typed_signals", tests, NULL, NULL);
}
