/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* api_stats.c - counted runs: they add up over instances that come and go and threads that run at once, a
 * program that was not linked so has no counters, and structs of older callers stay as they are. What is
 * counted for each map is looked at by test/cli/stats.sh. */
#include "api_kit.h"
#include <pthread.h>
#include <stdatomic.h>

enum { RUNS = 3000, THREADS = 4 };

static void link_counted(struct kit *k, const char *text) {
    struct svm_link_options o = SVM_LINK_INIT;
    o.stats = true;
    k->vm = svm_new(NULL, &k->err);
    if (!k->vm || !(k->m = kit_load(k->vm, text, &k->err)) || !(k->p = svm_program_link(k->m, &o, &k->err)) ||
        !(k->in = svm_instance_new(k->p, &k->err)))
        fail_msg("%s", k->err.text);
}

static struct svm_stats stats_of(const struct svm_program *p) {
    struct svm_stats s = SVM_STATS_INIT;
    assert_int_equal(svm_stats(p, &s), 0);
    return s;
}

/* Memory: 0 is given, or a trap. */
static const char *const text = "mov r0, 0\n"
                                "ldxb r0, [r1]\n"
                                "exit\n";

static void runs_and_traps(void **state) {
    struct kit k = {0};
    uint8_t byte = 3;
    struct svm_input in = {.kind = SVM_KIND_RAW, .mem = &byte, .mem_len = 1}, none = {.kind = SVM_KIND_RAW};
    struct svm_stats s;
    (void)state;
    link_counted(&k, text);
    s = stats_of(k.p);
    assert_int_equal(s.runs, 0);
    assert_int_equal(s.ns_p99, 0);
    for (int i = 0; i < 100; i++)
        assert_int_equal(svm_run(k.in, NULL, &in, NULL, &k.err), 0);
    assert_int_equal(svm_run(k.in, NULL, &none, NULL, &k.err), SVM_ETRAP);
    s = stats_of(k.p);
    assert_int_equal(s.runs, 101);
    assert_int_equal(s.traps, 1);
    assert_in_range(s.insns, 302, 303);
    assert_true(s.ns >= s.ns_max && s.ns_max >= s.ns_p99 && s.ns_p99 >= s.ns_p50 && s.ns_p50 > 0);
    assert_true(s.ns_p50 * 50 <= s.ns); /* half of the runs took that long, but for an eighth */
    assert_int_equal(s.checks, 1);
    assert_int_equal(s.proven, svm_program_checks(k.p, true));
    assert_int_equal(s.lookups + s.updates + s.deletes + s.failed + s.lost + s.tail_calls, 0);
    kit_close(&k);
}

static void not_counted(void **state) {
    struct kit k = {0};
    struct svm_stats s = SVM_STATS_INIT;
    struct svm_map_stats m = SVM_MAP_STATS_INIT;
    (void)state;
    kit_open(&k, text);
    assert_int_equal(svm_stats(k.p, &s), SVM_EUSAGE);
    assert_int_equal(svm_map_stats(k.p, NULL, &m), SVM_EUSAGE);
    kit_close(&k);
    link_counted(&k, text);
    assert_int_equal(svm_map_stats(k.p, "nothing", &m), SVM_ENOENT);
    assert_int_equal(svm_map_stats(k.p, NULL, &m), 0);
    assert_int_equal(svm_stats(NULL, &s), SVM_EUSAGE);
    assert_int_equal(svm_stats(k.p, NULL), SVM_EUSAGE);
    s.size = 3;
    assert_int_equal(svm_stats(k.p, &s), SVM_EUSAGE);
    kit_close(&k);
}

/* Of a caller that was built when the struct had two fields. */
static void older_caller(void **state) {
    struct kit k = {0};
    struct svm_stats s = {.size = offsetof(struct svm_stats, insns), .insns = 77};
    struct svm_input none = {.kind = SVM_KIND_RAW};
    (void)state;
    link_counted(&k, "mov r0, 1\nexit\n");
    assert_int_equal(svm_run(k.in, NULL, &none, NULL, &k.err), 0);
    assert_int_equal(svm_stats(k.p, &s), 0);
    assert_int_equal(s.runs, 1);
    assert_int_equal(s.insns, 77);
    assert_int_equal(s.size, offsetof(struct svm_stats, insns));
    kit_close(&k);
}

static void *many_runs(void *arg) {
    struct svm_program *p = arg;
    struct svm_error err;
    uint8_t byte = 1;
    struct svm_input in = {.kind = SVM_KIND_RAW, .mem = &byte, .mem_len = 1};
    for (int i = 0; i < 3; i++) { /* in three instances, one after the other */
        struct svm_instance *inst = svm_instance_new(p, &err);
        for (int n = 0; n < RUNS / 3; n++)
            if (!inst || svm_run(inst, NULL, &in, NULL, &err))
                abort();
        svm_instance_free(inst);
    }
    return NULL;
}

static void threads(void **state) {
    struct kit k = {0};
    pthread_t t[THREADS];
    struct svm_stats s;
    uint64_t before = 0;
    (void)state;
    link_counted(&k, text);
    for (int i = 0; i < THREADS; i++)
        pthread_create(&t[i], NULL, many_runs, k.p);
    do { /* read while they run: it only grows */
        s = stats_of(k.p);
        assert_true(s.runs >= before && s.runs <= THREADS * RUNS);
        before = s.runs;
    } while (s.runs < THREADS * RUNS);
    for (int i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
    s = stats_of(k.p);
    assert_int_equal(s.runs, THREADS * RUNS);
    assert_int_equal(s.insns, THREADS * RUNS * 3);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_and_traps),
        cmocka_unit_test(not_counted),
        cmocka_unit_test(older_caller),
        cmocka_unit_test(threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
