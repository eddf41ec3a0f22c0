/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* jit_lazy.c - an object of many programs that share functions: each is compiled when it first runs, by whichever
 * thread comes first, or all of them at once in several threads; the results, and what counts as proven, are the same.
 */
#include "api_kit.h"
#include <pthread.h>

enum { PROGRAMS = 40, THREADS = 4 };

static char text[16384];

/* What program k gives. */
static uint32_t mix(uint32_t x) {
    return (x * 2654435761u) ^ x >> 7;
}
static uint32_t expected(uint32_t k) {
    uint32_t s = 0;
    for (uint32_t j = 0; j < 4; j++)
        s += mix(k + j) >> j;
    return (k % 3 ? mix(s) : s) & 0x7fffffff;
}

/* All share mix and sum; fold reads the frame of its
 * caller. */
static void write_text(void) {
    char *p = text;
    p += sprintf(p, "#include \"bpf.h\"\n"
                    "__attribute__((noinline)) unsigned mix(unsigned x) { return x * 2654435761u ^ x >> 7; }\n"
                    "static __attribute__((noinline)) unsigned fold(unsigned *a) {\n"
                    "    return a[0] + (a[1] >> 1) + (a[2] >> 2) + (a[3] >> 3); }\n"
                    "__attribute__((noinline)) unsigned sum(unsigned k) { unsigned a[4];\n"
                    "    for (int j = 0; j < 4; j++) a[j] = mix(k + j);\n"
                    "    return fold(a); }\n");
    for (unsigned k = 0; k < PROGRAMS; k++)
        p += sprintf(p, "SEC(\"syscall\") int p%u(void *ctx) { unsigned s = sum(%u); return %s & 0x7fffffff; }\n", k, k,
                     k % 3 ? "mix(s)" : "s");
    sprintf(p, "char LICENSE[] SEC(\"license\") = \"GPL\";\n");
}

struct job {
    struct svm_program *p;
    unsigned first;
    bool bad;
};

static void *run_all(void *arg) {
    struct job *j = arg;
    struct svm_instance *in = svm_instance_new(j->p, NULL);
    j->bad = !in;
    for (unsigned n = 0; in && n < 2 * PROGRAMS; n++) {
        unsigned k = (j->first + n * 7) % PROGRAMS;
        char name[8];
        struct svm_result r;
        snprintf(name, sizeof name, "p%u", k);
        j->bad |= svm_run_entry(in, svm_program_entry(j->p, name), NULL, &r, NULL) || r.ret != expected(k);
    }
    svm_instance_free(in);
    return NULL;
}

static void compile(const char *engine, uint32_t eager, uint64_t *proven) {
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_link_options o = SVM_LINK_INIT;
    struct svm_error err;
    struct svm *vm;
    struct svm_module *m;
    struct job job[THREADS];
    pthread_t t[THREADS];
    c.eager = eager;
    o.engine = engine;
    vm = svm_new(&c, NULL);
    m = kit_c(vm, text, &err);
    if (!m && !err.code) {
        svm_free(vm);
        skip();
    }
    if (!m)
        fail_msg("%s", err.text);
    job[0].p = svm_program_link(m, &o, &err);
    if (!job[0].p)
        fail_msg("%s", err.text);
    for (unsigned k = 0; k < THREADS; k++) {
        job[k] = (struct job){job[0].p, k * 11, false};
        assert_int_equal(pthread_create(&t[k], NULL, run_all, &job[k]), 0);
    }
    for (unsigned k = 0; k < THREADS; k++) {
        assert_int_equal(pthread_join(t[k], NULL), 0);
        assert_false(job[k].bad);
    }
    *proven = svm_program_checks(job[0].p, true);
    svm_program_free(job[0].p);
    svm_module_free(m);
    svm_free(vm);
}

static void same(void **state) {
    uint64_t lazy, eager;
    (void)state;
    write_text();
    for (unsigned n = 0; n < 10; n++) {
        compile("jit", 0, &lazy);
        compile("jit", 3, &eager);
        assert_int_equal(lazy, eager);
        assert_true(lazy > 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(same)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
