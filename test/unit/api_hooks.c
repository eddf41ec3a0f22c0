/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* api_hooks.c - hook points: each rule, the order, traps, changes while others run, and what is refused. */
#include "api_kit.h"
#include "supervm/hook.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum { MANY = 4 };
struct shop { /* a hook over memory with programs that return a byte of it, each its own */
    struct kit k;
    struct svm_program *p[MANY];
    struct svm_module *m[MANY];
    struct svm_attachment *a[MANY];
    struct svm_hook *h;
    struct svm_hook_runner *r;
};

static void open_shop(struct shop *s, struct svm_hook_options *o) {
    char text[128];
    memset(s, 0, sizeof *s);
    s->k.vm = svm_new(NULL, &s->k.err);
    o->kind = SVM_KIND_SYSCALL;
    o->name = "shop";
    assert_non_null(s->h = svm_hook_new(s->k.vm, o, &s->k.err));
    assert_non_null(s->r = svm_hook_runner_new(s->h, &s->k.err));
    for (int i = 0; i < MANY; i++) { /* the byte, signed; 99 goes out of bounds */
        snprintf(text, sizeof text,
                 "r0 = *(s8 *)(r1 + %d)\nif r0 != 99 goto +1\nr0 = *(u64 *)(r1 + 64)\n*(u8 *)(r1 + %d) = r0\nexit\n", i,
                 8 + i);
        s->m[i] = kit_load(s->k.vm, text, &s->k.err);
        if (!s->m[i] || !(s->p[i] = svm_program_link(s->m[i], NULL, &s->k.err)))
            fail_msg("%s", s->k.err.text);
    }
}

static void close_shop(struct shop *s) {
    svm_hook_free(s->h);
    for (int i = 0; i < MANY; i++) {
        svm_attachment_free(s->a[i]);
        svm_program_free(s->p[i]);
        svm_module_free(s->m[i]);
    }
    svm_hook_runner_free(s->r);
    svm_free(s->k.vm);
}

static void attach_all(struct shop *s) {
    for (int i = 0; i < MANY; i++)
        assert_non_null(s->a[i] = svm_hook_attach(s->h, s->p[i], NULL, 0, &s->k.err));
}

static struct svm_hook_result run(struct shop *s, int b0, int b1, int b2, int b3, int want) {
    int8_t mem[16] = {(int8_t)b0, (int8_t)b1, (int8_t)b2, (int8_t)b3};
    struct svm_input in = {.mem = mem, .mem_len = sizeof mem};
    struct svm_hook_result r;
    int rc = svm_hook_run(s->r, &in, &r, &s->k.err);
    if (rc != want)
        fail_msg("%d, not %d: %s", rc, want, s->k.err.text);
    return r;
}

#define RULE(name)                                                                                                     \
    struct svm_hook_options o = SVM_HOOK_INIT;                                                                         \
    struct shop s;                                                                                                     \
    (void)state;                                                                                                       \
    o.rule = name
#define IS(verdict_, ran_, ...)                                                                                        \
    do {                                                                                                               \
        struct svm_hook_result r_ = run(&s, __VA_ARGS__, 0);                                                           \
        assert_int_equal(r_.verdict, verdict_);                                                                        \
        assert_int_equal(r_.ran, ran_);                                                                                \
    } while (0)

static void first(void **state) {
    RULE(SVM_HOOK_FIRST);
    o.none = 5;
    open_shop(&s, &o);
    IS(5, 0, 1, 2, 3, 4); /* nobody there */
    attach_all(&s);
    IS(0, 4, 0, 0, 0, 0);
    IS(7, 2, 0, 7, 8, 9);
    IS(-1, 1, -1, 7, 8, 9);
    close_shop(&s);
}

static void all_zero(void **state) {
    RULE(SVM_HOOK_ALL_ZERO);
    open_shop(&s, &o);
    attach_all(&s);
    IS(0, 4, 0, 0, 0, 0);
    IS(3, 4, 0, 3, 0, 4);
    close_shop(&s);
}

static void last(void **state) {
    RULE(SVM_HOOK_LAST);
    open_shop(&s, &o);
    attach_all(&s);
    IS(4, 4, 1, 2, 3, 4);
    close_shop(&s);
}

static void max(void **state) {
    RULE(SVM_HOOK_MAX);
    o.none = 100;
    open_shop(&s, &o);
    attach_all(&s);
    IS(4, 4, 1, 4, 3, -2);
    IS(-2, 4, -5, -4, -3, -2);
    close_shop(&s);
}

static void bits(void **state) {
    RULE(SVM_HOOK_OR);
    o.none = 64;
    open_shop(&s, &o);
    attach_all(&s);
    IS(15, 4, 1, 2, 4, 8);
    close_shop(&s);
}

static void chain(void **state) {
    RULE(SVM_HOOK_CHAIN);
    o.none = -1; /* TC_ACT_UNSPEC */
    open_shop(&s, &o);
    attach_all(&s);
    IS(-1, 4, -1, -1, -1, -1);
    IS(0, 2, -1, 0, 2, 2);
    IS(2, 3, -1, -1, 2, 0);
    close_shop(&s);
}

static bool add_up(void *arg, int32_t *verdict, int32_t given) {
    ++*(int *)arg;
    *verdict += given;
    return *verdict < 10;
}

static void host_rule(void **state) {
    int calls = 0;
    RULE(SVM_HOOK_CALL);
    o.combine = add_up;
    o.arg = &calls;
    o.none = 1;
    open_shop(&s, &o);
    attach_all(&s);
    IS(7, 4, 1, 2, 3, 0);
    IS(13, 2, 4, 8, 3, 0);
    assert_int_equal(calls, 6);
    close_shop(&s);
}

static void order(void **state) {
    RULE(SVM_HOOK_LAST);
    open_shop(&s, &o);
    s.a[0] = svm_hook_attach(s.h, s.p[0], NULL, 30, &s.k.err);
    s.a[1] = svm_hook_attach(s.h, s.p[1], NULL, -5, &s.k.err);
    s.a[2] = svm_hook_attach(s.h, s.p[2], NULL, 10, &s.k.err);
    IS(1, 3, 1, 2, 3, 4);
    s.a[3] = svm_hook_attach(s.h, s.p[3], NULL, 30, &s.k.err); /* behind the one that was there */
    IS(4, 4, 1, 2, 3, 4);
    svm_attachment_free(s.a[3]);
    s.a[3] = NULL;
    IS(1, 3, 1, 2, 3, 4);
    svm_attachment_free(s.a[0]);
    s.a[0] = NULL;
    IS(3, 2, 1, 2, 3, 4);
    struct svm_attachment *twice = svm_hook_attach(s.h, s.p[1], NULL, 99, &s.k.err);
    IS(2, 3, 1, 2, 3, 4);
    svm_attachment_free(twice);
    close_shop(&s);
}

static void traps(void **state) {
    struct svm_hook_result r;
    RULE(SVM_HOOK_FIRST);
    o.on_trap = SVM_HOOK_SKIP;
    open_shop(&s, &o);
    attach_all(&s);
    r = run(&s, 0, 99, 99, 4, 0);
    assert_int_equal(r.verdict, 4);
    assert_int_equal(r.ran, 4);
    assert_int_equal(r.traps, 2);
    assert_int_equal(s.k.err.code, SVM_ETRAP);
    assert_int_equal(svm_attachment_traps(s.a[1]), 1);
    assert_int_equal(svm_attachment_traps(s.a[3]), 0);
    run(&s, 0, 0, 0, 0, 0);
    assert_int_equal(s.k.err.code, 0);
    close_shop(&s);

    o.on_trap = SVM_HOOK_STOP;
    open_shop(&s, &o);
    attach_all(&s);
    r = run(&s, 0, 99, 3, 4, SVM_ETRAP);
    assert_int_equal(r.ran, 2);
    assert_int_equal(r.verdict, 0);
    close_shop(&s);

    o.on_trap = SVM_HOOK_VERDICT;
    o.trap_verdict = 50;
    open_shop(&s, &o);
    attach_all(&s);
    r = run(&s, 0, 99, 3, 4, 0);
    assert_int_equal(r.verdict, 50);
    assert_int_equal(r.ran, 2);
    close_shop(&s);
}

static void in_and_out(void **state) {
    int8_t mem[16] = {1, 2, 3, 4};
    struct svm_input in = {.mem = mem, .mem_len = sizeof mem};
    RULE(SVM_HOOK_MAX);
    open_shop(&s, &o);
    attach_all(&s);
    assert_int_equal(svm_hook_run(s.r, &in, NULL, NULL), 0);
    assert_memory_equal(mem + 8, mem, 4);
    close_shop(&s);
}

static void refused(void **state) {
    struct svm_hook_options o = SVM_HOOK_INIT;
    struct svm_error err;
    struct shop s;
    (void)state;
    open_shop(&s, &o);
    o.kind = SVM_KIND_OTHER;
    assert_null(svm_hook_new(s.k.vm, &o, &err));
    o.kind = SVM_KIND_CONTEXT;
    o.context = "nowhere";
    assert_null(svm_hook_new(s.k.vm, &o, &err));
    assert_int_equal(err.code, SVM_ENOENT);
    o.kind = SVM_KIND_RAW;
    o.rule = SVM_HOOK_CALL;
    assert_null(svm_hook_new(s.k.vm, &o, &err));
    assert_int_equal(err.code, SVM_EUSAGE);
    assert_null(svm_hook_attach(s.h, s.p[0], "nobody", 0, &err));
    assert_int_equal(err.code, SVM_ENOENT);
    assert_null(svm_hook_attach(s.h, NULL, NULL, 0, &err));
    assert_null(svm_hook_runner_new(NULL, &err));

    struct svm_module *xdp = kit_object(s.k.vm, "hello", &err);
    if (xdp) { /* clang was there */
        struct svm_program *p = svm_program_link(xdp, NULL, &err);
        assert_non_null(p);
        assert_null(svm_hook_attach(s.h, p, NULL, 0, &err));
        assert_non_null(strstr(err.text, "is of kind xdp, and the hook takes syscall"));
        svm_program_free(p);
        svm_module_free(xdp);
    }
    close_shop(&s);
}

/* ---- from within a run ---- */

struct inside {
    struct svm_hook_runner *r;
    struct svm_hook *h;
    struct svm_program *p;
    struct svm_attachment *a;
    int rc;
};

/* What a host function does with the hook that its program runs at: it attaches one more, and tries to run it again. */
static uint64_t meddle(void *user, uint64_t r1, uint64_t r2, uint64_t r3, uint64_t r4, uint64_t r5) {
    struct inside *in = user;
    struct svm_error err;
    (void)r1, (void)r2, (void)r3, (void)r4, (void)r5;
    in->rc = svm_hook_run(in->r, NULL, NULL, &err);
    if (!in->a)
        in->a = svm_hook_attach(in->h, in->p, NULL, -1, &err);
    return 3;
}

static void reentered(void **state) {
    struct svm_hook_options o = SVM_HOOK_INIT;
    struct inside in = {0};
    struct svm_helper helper = {.id = 900, .name = "meddle", .fn = meddle, .user = &in};
    struct svm_hook_result r;
    struct kit k = {0};
    (void)state;
    k.vm = svm_new(NULL, &k.err);
    assert_int_equal(svm_helper_register(k.vm, &helper), 0);
    kit_open(&k, "call 900\nexit\n");
    o.rule = SVM_HOOK_OR;
    in.p = k.p;
    in.h = svm_hook_new(k.vm, &o, &k.err);
    in.r = svm_hook_runner_new(in.h, &k.err);
    struct svm_attachment *a = svm_hook_attach(in.h, k.p, NULL, 0, &k.err);
    assert_int_equal(svm_hook_run(in.r, NULL, &r, &k.err), 0);
    assert_int_equal(in.rc, SVM_EBUSY);
    assert_int_equal(r.ran, 1); /* the new one is there from the next run on */
    assert_int_equal(svm_hook_run(in.r, NULL, &r, &k.err), 0);
    assert_int_equal(r.ran, 2);
    assert_int_equal(r.verdict, 3);

    svm_hook_free(in.h); /* its attachments and runners outlive it */
    assert_int_equal(svm_hook_run(in.r, NULL, &r, &k.err), 0);
    assert_int_equal(r.ran, 0);
    svm_attachment_free(a);
    svm_hook_runner_free(in.r);
    svm_attachment_free(in.a);
    kit_close(&k);
}

/* ---- threads ---- */

struct crowd {
    struct shop s;
    atomic_bool stop;
    atomic_uint bad, runs;
};

static void *runs_it(void *arg) {
    struct crowd *c = arg;
    struct svm_error err;
    struct svm_hook_runner *r = svm_hook_runner_new(c->s.h, &err);
    while (!atomic_load(&c->stop)) {
        int8_t mem[16] = {1, 2, 3, 4};
        struct svm_input in = {.mem = mem, .mem_len = sizeof mem};
        struct svm_hook_result res;
        /* program 0 is always there; each other one has its bit, and what it wrote says that it ran */
        if (svm_hook_run(r, &in, &res, &err) || res.ran < 1 || res.ran > MANY || mem[8] != 1)
            atomic_fetch_add(&c->bad, 1);
        atomic_fetch_add(&c->runs, 1);
    }
    svm_hook_runner_free(r);
    return NULL;
}

static void changes_while_running(void **state) {
    enum { THREADS = 3, ROUNDS = 400 };
    struct svm_hook_options o = SVM_HOOK_INIT;
    struct crowd c = {0};
    pthread_t t[THREADS];
    (void)state;
    o.rule = SVM_HOOK_MAX;
    open_shop(&c.s, &o);
    c.s.a[0] = svm_hook_attach(c.s.h, c.s.p[0], NULL, 0, &c.s.k.err);
    for (int i = 0; i < THREADS; i++)
        pthread_create(&t[i], NULL, runs_it, &c);
    for (int i = 0; i < ROUNDS; i++) {
        int k = 1 + i % (MANY - 1);
        if (c.s.a[k]) {
            svm_attachment_free(c.s.a[k]);
            c.s.a[k] = NULL;
        } else {
            c.s.a[k] = svm_hook_attach(c.s.h, c.s.p[k], NULL, (int32_t)(i % 5) - 2, &c.s.k.err);
            assert_non_null(c.s.a[k]);
        }
        for (unsigned at = atomic_load(&c.runs); atomic_load(&c.runs) < at + 2;)
            sched_yield();
    }
    atomic_store(&c.stop, true);
    for (int i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
    assert_int_equal(atomic_load(&c.bad), 0);
    assert_true(atomic_load(&c.runs) > ROUNDS);
    close_shop(&c.s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first),
        cmocka_unit_test(all_zero),
        cmocka_unit_test(last),
        cmocka_unit_test(max),
        cmocka_unit_test(bits),
        cmocka_unit_test(chain),
        cmocka_unit_test(host_rule),
        cmocka_unit_test(order),
        cmocka_unit_test(traps),
        cmocka_unit_test(in_and_out),
        cmocka_unit_test(refused),
        cmocka_unit_test(reentered),
        cmocka_unit_test(changes_while_running),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
