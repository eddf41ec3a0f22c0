/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* api_helpers.c - functions, memory and symbols of the host: what they get, and what is refused. */
#include "rt/program.h" /* before cmocka, which takes the name fail */
#include "api_kit.h"
#include <stdio.h>

static uint64_t sum_bytes(void *user, uint64_t p, uint64_t n, uint64_t r3, uint64_t r4, uint64_t r5) {
    const uint8_t *b = (const uint8_t *)(uintptr_t)p;
    uint64_t sum = 0;
    (void)r3, (void)r4, (void)r5;
    ++*(int *)user;
    while (n--)
        sum += *b++;
    return sum;
}

static void checked_pointers(void **state) {
    int calls = 0;
    struct svm_helper h = {
        .id = 4000, .name = "sum", .fn = sum_bytes, .user = &calls, .arg = {SVM_ARG_MEM, SVM_ARG_SIZE}};
    struct kit k = {0};
    uint8_t mem[4] = {1, 2, 3, 4};
    struct svm_input in = {.kind = SVM_KIND_RAW, .mem = mem, .mem_len = sizeof mem};
    struct svm_result r;
    (void)state;
    k.vm = svm_new(NULL, &k.err);
    assert_int_equal(svm_helper_register(k.vm, &h), 0);
    kit_open(&k, "call 4000\nexit\n");
    assert_int_equal(svm_run(k.in, NULL, &in, &r, NULL), 0);
    assert_int_equal(r.ret, 10);
    assert_int_equal(calls, 1);
    in.mem_len = 2; /* r2 still comes from here: two bytes */
    assert_int_equal(svm_run(k.in, NULL, &in, &r, NULL), 0);
    assert_int_equal(r.ret, 3);
    kit_close(&k);

    k.vm = svm_new(NULL, &k.err);
    assert_int_equal(svm_helper_register(k.vm, &h), 0);
    kit_open(&k, "add r2, 1\ncall 4000\nexit\n"); /* one byte more than there is */
    assert_int_equal(svm_run(k.in, NULL, &in, &r, &k.err), SVM_ETRAP);
    assert_int_equal(calls, 2);
    assert_int_equal(r.pc, 1);
    kit_close(&k);
}

static uint64_t last_byte(void *user, uint64_t ctx, uint64_t r2, uint64_t r3, uint64_t r4, uint64_t r5) {
    const struct svm_packet *p = (const struct svm_packet *)(uintptr_t)ctx;
    (void)user, (void)r2, (void)r3, (void)r4, (void)r5;
    return p->data[p->len - 1];
}

static void context_argument(void **state) {
    struct svm_helper h = {.id = 4001, .name = "last", .fn = last_byte, .arg = {SVM_ARG_CTX}};
    struct kit k = {0};
    uint8_t mem[64] = {[63] = 77};
    struct svm_packet p = {.data = mem, .len = sizeof mem};
    struct svm_input in = {.kind = SVM_KIND_XDP, .packet = &p};
    struct svm_result r;
    (void)state;
    k.vm = svm_new(NULL, &k.err);
    assert_int_equal(svm_helper_register(k.vm, &h), 0);
    kit_open(&k, "call 4001\nexit\n");
    assert_int_equal(svm_run(k.in, NULL, &in, &r, &k.err), 0);
    assert_int_equal(r.ret, 77);
    kit_close(&k);
    k.vm = svm_new(NULL, &k.err);
    assert_int_equal(svm_helper_register(k.vm, &h), 0);
    kit_open(&k, "mov r1, 4096\ncall 4001\nexit\n"); /* a forged context */
    assert_int_equal(svm_run(k.in, NULL, &in, &r, &k.err), SVM_ETRAP);
    kit_close(&k);
}

/* Every engine gives the numbers of the helper, and goes on where another instance's run of it would. */
static void random_numbers(void **state) {
    struct kit k = {0};
    struct svm_result r;
    u64 x = 1, all = 0;
    (void)state;
    k.vm = svm_new(NULL, &k.err);
    kit_open(&k, "r8 = 0\nr9 = 0\nmore:\ncall 7\nr9 *= 3\nr9 += r0\nr8 += 1\nif r8 != 50 goto more\nr0 = r9\nexit\n");
    ((struct instance *)k.in)->cx.random = x;
    for (u32 i = 0; i < 100; i++) {
        x ^= x >> 12;
        x ^= x << 25;
        x ^= x >> 27;
        all = all * 3 + (x * 0x2545f4914f6cdd1du >> 32);
        if (i % 50 < 49)
            continue;
        assert_int_equal(svm_run(k.in, NULL, NULL, &r, &k.err), 0);
        assert_int_equal(r.ret, all);
        all = 0;
    }
    ((struct instance *)k.in)->cx.random = 0; /* not yet seeded */
    assert_int_equal(svm_run(k.in, NULL, NULL, &r, &k.err), 0);
    assert_int_not_equal(((struct instance *)k.in)->cx.random, 0);
    kit_close(&k);
}

static uint64_t zero(void *user, uint64_t r1, uint64_t r2, uint64_t r3, uint64_t r4, uint64_t r5) {
    (void)user, (void)r1, (void)r2, (void)r3, (void)r4, (void)r5;
    return 0;
}

static void ends_if_zero(void **state) {
    struct svm_helper h = {.id = 10, .fn = zero, .ends_if_zero = true};
    struct kit k = {0};
    struct svm_result r;
    (void)state;
    k.vm = svm_new(NULL, &k.err);
    assert_int_equal(svm_helper_register(k.vm, &h), 0);
    kit_open(&k, "call 10\nmov r0, 9\nexit\n");
    assert_int_equal(svm_run(k.in, NULL, NULL, &r, &k.err), 0);
    assert_int_equal(r.ret, 0);
    kit_close(&k);
}

static uint64_t give_pointer(void *user, uint64_t r1, uint64_t r2, uint64_t r3, uint64_t r4, uint64_t r5) {
    (void)r1, (void)r2, (void)r3, (void)r4, (void)r5;
    return (uint64_t)(uintptr_t)user;
}

static void registered_memory(void **state) {
    static uint64_t data[2] = {5, 6};
    struct svm_helper h = {.id = 100, .fn = give_pointer, .user = data};
    struct svm_result r;
    int registered;
    (void)state;
    for (registered = 0; registered < 3; registered++) { /* no, read-only, writable */
        struct kit k = {0};
        k.vm = svm_new(NULL, &k.err);
        assert_int_equal(svm_helper_register(k.vm, &h), 0);
        if (registered)
            assert_int_equal(svm_memory_register(k.vm, data, sizeof data, registered == 2), 0);
        kit_open(&k, "call 100\nmov r6, r0\nldxdw r0, [r6+8]\nstdw [r6], 11\nexit\n");
        assert_int_equal(svm_run(k.in, NULL, NULL, &r, &k.err), registered == 2 ? 0 : SVM_ETRAP);
        assert_int_equal(r.pc, registered == 0 ? 2 : registered == 1 ? 3 : 0);
        kit_close(&k);
    }
    assert_int_equal(data[0], 11);
}

static void what_is_refused(void **state) {
    struct svm_helper h = {.id = SVM_MAX_HELPERS, .fn = zero};
    struct kit k = {0};
    (void)state;
    k.vm = svm_new(NULL, &k.err);
    assert_int_equal(svm_helper_register(k.vm, &h), SVM_EUSAGE);
    h.id = 1;
    h.fn = NULL;
    assert_int_equal(svm_helper_register(k.vm, &h), SVM_EUSAGE);
    h.fn = zero;
    h.arg[0] = SVM_ARG_MEM; /* without its length */
    assert_int_equal(svm_helper_register(k.vm, &h), SVM_EUSAGE);
    h.arg[0] = SVM_ARG_SIZE; /* without its memory */
    assert_int_equal(svm_helper_register(k.vm, &h), SVM_EUSAGE);
    h.arg[0] = SVM_ARG_ANY;
    h.arg[4] = SVM_ARG_MEM_OUT;
    assert_int_equal(svm_helper_register(k.vm, &h), SVM_EUSAGE);
    h.arg[4] = SVM_ARG_NONE;
    assert_int_equal(svm_kfunc_register(k.vm, &h), SVM_EUSAGE); /* has no name */
    assert_int_equal(svm_memory_register(k.vm, NULL, 4, true), SVM_EUSAGE);
    assert_int_equal(svm_memory_register(k.vm, &h, SIZE_MAX, true), SVM_EUSAGE);
    assert_int_equal(svm_symbol_register(k.vm, "", 4), SVM_EUSAGE);
    assert_int_equal(svm_helper_register(k.vm, &h), 0);
    assert_int_equal(svm_helper_unregister(k.vm, 1), 0);
    kit_open(&k, "mov r0, 0\nexit\n");
    assert_int_equal(svm_helper_register(k.vm, &h), SVM_EBUSY);
    assert_int_equal(svm_memory_register(k.vm, &h, sizeof h, true), SVM_EBUSY);
    svm_instance_free(k.in);
    svm_program_free(k.p);
    k.in = NULL;
    k.p = NULL;
    assert_int_equal(svm_helper_register(k.vm, &h), 0);
    kit_close(&k);
}

/* A host function cannot start the instance that called it. */
static uint64_t run_again(void *user, uint64_t r1, uint64_t r2, uint64_t r3, uint64_t r4, uint64_t r5) {
    struct kit *k = user;
    (void)r1, (void)r2, (void)r3, (void)r4, (void)r5;
    return (uint64_t)svm_run(k->in, NULL, NULL, NULL, &k->err);
}

static void no_second_run(void **state) {
    struct kit k = {0};
    struct svm_helper h = {.id = 200, .fn = run_again, .user = &k};
    struct svm_result r;
    (void)state;
    k.vm = svm_new(NULL, &k.err);
    assert_int_equal(svm_helper_register(k.vm, &h), 0);
    kit_open(&k, "call 200\nexit\n");
    assert_int_equal(svm_run(k.in, NULL, NULL, &r, NULL), 0);
    assert_int_equal((int64_t)r.ret, SVM_EBUSY);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checked_pointers), cmocka_unit_test(context_argument),  cmocka_unit_test(random_numbers),
        cmocka_unit_test(ends_if_zero),     cmocka_unit_test(registered_memory), cmocka_unit_test(what_is_refused),
        cmocka_unit_test(no_second_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
