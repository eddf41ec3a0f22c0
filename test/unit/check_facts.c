/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* check_facts.c - what the checker says of each instruction: which accesses need no check, where they lead, what is
 * never reached; what of it holds for two programs; how long a run takes; that budgets end it. */
#include "api/api.h"
#include "check/check.h"
#include "rt/program.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
/* cmocka needs the ones above */
#include <cmocka.h>

struct kit {
    struct svm *vm;
    struct svm_module *m;
    struct program p;
    struct check_result r;
};

static void linked(struct kit *k, const char *text) {
    struct svm_load_options load = SVM_LOAD_INIT;
    struct svm_error err = {0};
    struct error e = {0};
    memset(k, 0, sizeof *k);
    load.front = "asm";
    assert_non_null(k->vm = svm_new(NULL, &err));
    if (!(k->m = svm_module_load(k->vm, text, strlen(text), &load, &err)))
        fail_msg("%s", err.text);
    if (link_program(&k->p, &k->m->m, &k->vm->r, NULL, NULL, &e))
        fail_msg("%s", e.text);
}

static struct check_result look(struct kit *k, struct check_options o) {
    struct check_result r = {0};
    struct error e = {0};
    o.type = o.type ? o.type : "xdp";
    if (check_program(&k->p.view, 0, &o, &r, &e))
        fail_msg("%s", e.text);
    return r;
}

static void checked(struct kit *k, const char *text) {
    linked(k, text);
    k->r = look(k, (struct check_options){.strict = true});
}

static void done(struct kit *k) {
    check_drop(&k->r);
    program_drop(&k->p);
    svm_module_free(k->m);
    svm_free(k->vm);
}

static const struct fact *fact(const struct kit *k, u32 pc) {
    assert_non_null(k->r.facts[0].of);
    return &k->r.facts[0].of[pc];
}

static void accesses(void **state) {
    struct kit k;
    (void)state;
    checked(&k, "stdw [r10-16], 1\n" /* 0 */
                "ldxw r2, [r1+0]\n"  /* 1: data */
                "ldxw r3, [r1+4]\n"  /* 2: data_end */
                "mov64 r4, r2\n"     /* 3 */
                "add64 r4, 14\n"     /* 4 */
                "mov64 r0, 2\n"      /* 5 */
                "jgt r4, r3, +3\n"   /* 6 */
                "ldxb r0, [r2+13]\n" /* 7 */
                "add64 r0, 1\n"      /* 8 */
                "div64 r0, r0\n"     /* 9 */
                "exit\n");           /* 10 */
    assert_int_equal(k.r.verdict, CHECK_ACCEPTED);
    assert_int_equal(fact(&k, 0)->bits, FACT_SEEN | FACT_SAFE | FACT_STACK);
    assert_int_equal(fact(&k, 0)->region, REGION_STACK);
    assert_int_equal(fact(&k, 0)->off, -16);
    assert_int_equal(fact(&k, 1)->bits, FACT_SEEN | FACT_CTX);
    assert_int_equal(fact(&k, 1)->off, 0);
    assert_int_equal(fact(&k, 2)->off, 4);
    assert_int_equal(fact(&k, 7)->bits, FACT_SEEN | FACT_SAFE);
    assert_int_equal(fact(&k, 7)->region, REGION_PACKET);
    assert_true(fact(&k, 9)->bits & FACT_NONZERO);
    assert_int_equal(k.r.checks_total, 4);
    assert_int_equal(k.r.checks_proven, 4);
    assert_int_equal(k.r.worst, 11);
    done(&k);
}

static void one_place_in_two_frames(void **state) {
    struct kit k;
    (void)state;
    checked(&k, "mov64 r6, r10\n"    /* 0 */
                "ldxw r0, [r1+12]\n" /* 1 */
                "jeq r0, 7, +1\n"    /* 2 */
                "add64 r6, -8\n"     /* 3 */
                "stdw [r6-8], 0\n"   /* 4: at r10 - 8 or r10 - 16 */
                "mov64 r0, 0\n"
                "exit\n");
    assert_int_equal(k.r.verdict, CHECK_ACCEPTED);
    assert_int_equal(fact(&k, 4)->bits, FACT_SEEN | FACT_SAFE | FACT_STACK);
    assert_int_equal(fact(&k, 4)->region, NO_REGION);
    done(&k);
}

static void dead_code(void **state) {
    struct kit k;
    (void)state;
    checked(&k, "mov64 r0, 3\n"
                "jlt r0, 4, +1\n"
                "mov64 r0, 4\n" /* 2 */
                "exit\n");
    assert_int_equal(fact(&k, 2)->bits, FACT_DEAD);
    assert_int_equal(fact(&k, 3)->bits, FACT_SEEN);
    done(&k);
}

static void guarded(void **state) {
    struct kit k;
    (void)state;
    linked(&k, "ldxw r2, [r1+0]\n"
               "ldxb r0, [r2+0]\n" /* 1: not checked */
               "stdw [r10-8], 0\n"
               "ldxdw r0, [r10-8]\n"
               "ldxb r0, [r0+0]\n" /* 4: a number */
               "mov64 r0, 0\n"
               "exit\n");
    k.r = look(&k, (struct check_options){.strict = false});
    assert_int_equal(k.r.verdict, CHECK_REJECTED);
    assert_int_equal(k.r.fail.reason, CHECK_BOUNDS);
    assert_int_equal(k.r.fail.pc, 1);
    assert_int_equal(k.r.fail.value.kind, VAL_PACKET);
    assert_int_equal(k.r.nfail, 2);
    assert_int_equal(k.r.more[1].reason, CHECK_NOT_POINTER);
    assert_int_equal(fact(&k, 1)->bits, FACT_SEEN);
    assert_int_equal(fact(&k, 2)->bits, FACT_SEEN | FACT_SAFE | FACT_STACK);
    assert_int_equal(k.r.checks_total, 5);
    assert_int_equal(k.r.checks_proven, 3);
    done(&k);
}

/* What a run may be started with decides what of it holds. */
static void any_arguments(void **state) {
    struct kit k;
    (void)state;
    linked(&k, "ldxw r2, [r1+12]\n"
               "stxdw [r10-8], r2\n"
               "mov64 r0, 0\n"
               "exit\n");
    k.r = look(&k, (struct check_options){.any_entry = true});
    assert_int_equal(fact(&k, 0)->bits, FACT_SEEN);
    assert_int_equal(fact(&k, 1)->bits, FACT_SEEN | FACT_SAFE | FACT_STACK);
    done(&k);
}

static void meet(void **state) {
    struct kit k;
    struct check_result any;
    const struct func_facts *both;
    (void)state;
    checked(&k, "ldxw r0, [r1+12]\n"
                "stxdw [r10-8], r0\n"
                "exit\n");
    any = look(&k, (struct check_options){.any_entry = true});
    both = check_facts_meet(&k.m->m, k.r.facts, any.facts, &k.r.arena);
    assert_non_null(both);
    assert_int_equal(both[0].of[0].bits, FACT_SEEN);
    assert_int_equal(both[0].of[1].bits, FACT_SEEN | FACT_SAFE | FACT_STACK);
    assert_int_equal(both[0].of[1].off, -8);
    check_drop(&any);
    done(&k);
}

/* Facts of a walk that was not ended hold of nothing. */
static void given_up(void **state) {
    struct kit k;
    (void)state;
    linked(&k, "mov64 r0, 0\n"
               "stdw [r10-8], 0\n"
               "ldxw r2, [r1+12]\n"
               "add64 r0, 1\n"
               "jne r0, r2, -3\n"
               "exit\n");
    k.r = look(&k, (struct check_options){.max_steps = 50});
    assert_int_equal(k.r.verdict, CHECK_REJECTED);
    assert_null(k.r.facts[0].of);
    assert_int_equal(k.r.checks_proven, 0);
    done(&k);
}

/* A function of 500 instructions, called 200 times with other numbers: few of the calls are followed. */
static void many_calls(void **state) {
    struct kit k;
    struct buf b = {0};
    (void)state;
    buf_printf(&b, "ldxw r6, [r1+16]\n");
    for (u32 n = 0; n < 200; n++)
        buf_printf(&b, "mov64 r1, %u\nmov64 r2, r6\ncall local f\nadd64 r6, r0\n", n * 3);
    buf_printf(&b, "mov64 r0, 1\nexit\nf:\nmov64 r0, r1\n");
    for (u32 n = 0; n < 100; n++)
        buf_printf(&b, "jgt r2, %u, +1\nxor64 r0, r2\nadd64 r0, %u\nmul64 r0, 3\nadd64 r2, 1\n", n * 13 + 5, n * 7);
    buf_printf(&b, "exit\n");
    checked(&k, buf_str(&b));
    assert_int_equal(k.r.verdict, CHECK_ACCEPTED);
    assert_in_range(k.r.worst, 200 * 506, 200 * 515);
    assert_in_range(k.r.steps, 500, 5000);
    done(&k);
    buf_free(&b);
}

/* --- how long --- */

static const char *const counted = "mov64 r0, 0\n"
                                   "mov64 r2, 0\n"
                                   "add64 r0, 3\n" /* 2: ten million times round, never walked */
                                   "add64 r2, 1\n"
                                   "jlt r2, 10000000, -3\n"
                                   "exit\n";

static void long_loop(void **state) {
    struct kit k;
    (void)state;
    checked(&k, counted);
    assert_int_equal(k.r.verdict, CHECK_ACCEPTED);
    assert_in_range(k.r.worst, 30000003, 30000100);
    assert_in_range(k.r.steps, 1, 2000);
    done(&k);
}

static void count_down_in_32_bits(void **state) {
    struct kit k;
    (void)state;
    checked(&k, "mov32 r0, 0\n"
                "mov32 r2, 5000000\n"
                "add32 r0, 1\n"
                "add32 r2, -1\n"
                "jne r2, 0, -3\n"
                "exit\n");
    assert_int_equal(k.r.verdict, CHECK_ACCEPTED);
    assert_in_range(k.r.worst, 15000000, 15000100);
    done(&k);
}

static void never_ends(void **state) {
    struct kit k;
    (void)state;
    checked(&k, "mov64 r0, 0\n"
                "ldxw r2, [r1+12]\n"
                "jne r2, 5, -2\n"
                "exit\n");
    assert_int_equal(k.r.verdict, CHECK_REJECTED);
    assert_int_equal(k.r.fail.reason, CHECK_LOOP);
    assert_int_equal(k.r.worst, CHECK_NO_BOUND);
    done(&k);
}

/* Forty branches one behind the other: 2^40 paths that meet again. */
static void paths_meet(void **state) {
    struct kit k;
    char text[4096] = "ldxw r2, [r1+12]\nmov64 r0, 0\n";
    (void)state;
    for (int i = 0; i < 40; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "jgt r2, %d, +1\nmov64 r3, %d\nmov64 r4, 1\n",
                 i * 7 % 40, i);
    strcat(text, "exit\n");
    checked(&k, text);
    assert_int_equal(k.r.verdict, CHECK_ACCEPTED);
    assert_in_range(k.r.steps, 100, 3000);
    done(&k);
}

/* The same where nothing can be joined: an array whose index decides; walked, states cover each other. */
static void budget(void **state) {
    struct kit k;
    char text[8192] = "ldxw r2, [r1+12]\nmov64 r0, 0\nmov64 r5, 0\nstdw [r10-8], 0\n";
    (void)state;
    for (int i = 0; i < 30; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text),
                 "ldxw r2, [r1+12]\njset r2, 1, +1\nadd64 r5, %d\nlsh64 r5, 1\n", 1 << (i % 20));
    strcat(text, "mov64 r4, r10\nsub64 r4, r5\nldxdw r0, [r4-8]\nexit\n");
    linked(&k, text);
    k.r = look(&k, (struct check_options){.strict = true, .max_steps = 5000});
    assert_int_equal(k.r.verdict, CHECK_REJECTED);
    assert_in_range(k.r.steps, 1, 7000);
    done(&k);
    linked(&k, text);
    k.r = look(&k, (struct check_options){.strict = true, .max_memory = 1 << 20});
    assert_int_equal(k.r.verdict, CHECK_REJECTED);
    done(&k);
}

/* Two sums that are each other's negative on each of 16,384 ways, which only a walk would know. */
static void budget_is_why(void **state) {
    struct kit k;
    char text[4096] = "stdw [r10-8], 0\nmov64 r6, 0\nmov64 r7, 0\n";
    (void)state;
    for (int i = 0; i < 14; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text),
                 "call 5\njset r0, 1, +2\nadd64 r6, %d\nsub64 r7, %d\n", 1 << i, 1 << i);
    strcat(text, "add64 r6, r7\nmov64 r4, r10\nsub64 r4, r6\nldxdw r0, [r4-8]\nexit\n");
    linked(&k, text);
    k.r = look(&k, (struct check_options){.strict = true, .max_steps = 5000});
    assert_int_equal(k.r.verdict, CHECK_REJECTED);
    assert_int_equal(k.r.fail.reason, CHECK_BUDGET);
    done(&k);
    linked(&k, text); /* what was joined says which access is checked */
    k.r = look(&k, (struct check_options){.max_steps = 5000});
    assert_int_equal(k.r.verdict, CHECK_REJECTED);
    assert_int_equal(k.r.fail.reason, CHECK_BUDGET);
    assert_int_equal(k.r.more[0].reason, CHECK_STACK_BOUNDS);
    assert_non_null(k.r.facts[0].of);
    done(&k);
}

/* A thousand instructions without a loop: each is looked at a few times. */
static void straight(void **state) {
    struct kit k;
    static char text[65536];
    (void)state;
    strcpy(text, "mov64 r0, 1\nmov64 r2, 2\n");
    for (int i = 0; i < 1000; i++)
        strcat(text, i % 2 ? "add64 r0, r2\n" : "xor64 r2, 77\n");
    strcat(text, "exit\n");
    checked(&k, text);
    assert_int_equal(k.r.verdict, CHECK_ACCEPTED);
    assert_int_equal(k.r.worst, 1003);
    assert_in_range(k.r.steps, 1003, 5 * 1003);
    done(&k);
}

static void no_such_program(void **state) {
    struct kit k;
    struct error e = {0};
    struct check_options o = {.strict = true};
    (void)state;
    linked(&k, counted);
    assert_true(check_program(&k.p.view, 7, &o, &k.r, &e) < 0);
    done(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accesses),
        cmocka_unit_test(one_place_in_two_frames),
        cmocka_unit_test(dead_code),
        cmocka_unit_test(guarded),
        cmocka_unit_test(any_arguments),
        cmocka_unit_test(meet),
        cmocka_unit_test(given_up), cmocka_unit_test(many_calls),
        cmocka_unit_test(long_loop),
        cmocka_unit_test(count_down_in_32_bits),
        cmocka_unit_test(never_ends),
        cmocka_unit_test(paths_meet),
        cmocka_unit_test(budget),
        cmocka_unit_test(budget_is_why),
        cmocka_unit_test(straight),
        cmocka_unit_test(no_such_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
