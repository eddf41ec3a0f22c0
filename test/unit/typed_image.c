/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed_image.c - instances of one program begin alike, however many there were, and whatever they left behind. */
#include "typed_kit.h"
#include <pthread.h>

enum { TIMES = 40 };

static void begins_well(struct svm_instance *in, uint64_t *insns) {
    uint64_t took = svm_instance_insns(in);
    if (!*insns)
        *insns = took;
    assert_int_equal(took, *insns); /* of its beginning, the first one's too */
    assert_int_equal(kit_call(in, "byte", 1, 100, 0, 0), 'h');
    assert_int_equal(kit_call(in, "byte", 1, 104, 0, 0), 'o');
    assert_int_equal(kit_call(in, "byte", 1, 105, 0, 0), 0);
    assert_int_equal(kit_call(in, "byte", 1, 4098, 0, 0), 3);
    assert_int_equal(kit_call(in, "byte", 1, 70002, 0, 0), 'r');
    assert_int_equal(kit_call(in, "byte", 1, 131071, 0, 0), 0);
    assert_int_equal(kit_call(in, "byte", 1, 131072, 0, 0), TRAPPED_BOUNDS);
    assert_int_equal(kit_call(in, "size", 0, 0, 0, 0), 2);
    assert_int_equal(kit_call(in, "call", 1, 1, 0, 0), 1);
    assert_int_equal(kit_call(in, "call", 1, 2, 0, 0), 2);
    assert_int_equal(kit_call(in, "call", 1, 3, 0, 0), TRAPPED_NULL_ELEMENT);
    assert_int_equal(kit_call(in, "call", 1, 8, 0, 0), TRAPPED_NO_ELEMENT);
    assert_int_equal(kit_call(in, "ref", 0, 0, 0, 0), 2);
    assert_int_equal(kit_call(in, "lane", 0, 0, 0, 0), 3);
    assert_int_equal(kit_call(in, "far", 0, 0, 0, 0), 0x1234567);
    assert_int_equal(kit_call(in, "later", 1, 5, 0, 0), 3);
    assert_int_equal(kit_call(in, "kept", 0, 0, 0, 0), 'k');
}

static void one_after_the_other(void **state) {
    struct svm *vm = kit_vm(NULL);
    struct svm_program *p = kit_program(vm, "begin");
    uint64_t insns = 0;
    (void)state;
    for (int i = 0; i < TIMES; i++) {
        struct svm_instance *in = kit_instance(NULL, p);
        struct svm_val sum;
        svm_global_get(svm_instance_global(in, "sum"), &sum);
        assert_int_equal(sum.of.i32, 42);
        begins_well(in, &insns);
        assert_int_equal(kit_call(in, "spoil", 0, 0, 0, 0), 0);
        assert_int_equal(kit_call(in, "kept", 0, 0, 0, 0), TRAPPED_BOUNDS);
        svm_instance_free(in);
    }
    svm_program_free(p);
    svm_free(vm);
}

/* Many at one time, more than places are kept for; no one sees what another wrote. */
static void side_by_side(void **state) {
    enum { MANY = 100 };
    struct svm *vm = kit_vm(NULL);
    struct svm_program *p = kit_program(vm, "begin");
    static struct svm_instance *in[MANY];
    uint64_t insns = 0;
    (void)state;
    for (int turn = 0; turn < 3; turn++) {
        for (int i = 0; i < MANY; i++)
            in[i] = kit_instance(NULL, p);
        for (int i = 0; i < MANY; i += 2)
            kit_call(in[i], "spoil", 0, 0, 0, 0);
        for (int i = 1; i < MANY; i += 2)
            begins_well(in[i], &insns);
        for (int i = 0; i < MANY; i++)
            svm_instance_free(in[i]);
    }
    svm_program_free(p);
    svm_free(vm);
}

/* Places go from program to program. */
static void programs_in_turn(void **state) {
    struct svm *vm = kit_vm(NULL);
    struct svm_program *p = kit_program(vm, "begin"), *q = kit_program(vm, "begin"),
                       *other = kit_program(vm, "begin_imports");
    struct svm_linker *l[2];
    uint64_t insns = 0;
    (void)state;
    for (int k = 0; k < 2; k++) {
        struct svm_val at = {SVM_I32, {.i32 = 50 + k}};
        struct svm_global *g = svm_global_new(vm, &at, false, NULL);
        l[k] = svm_linker_new(vm, NULL);
        svm_linker_global(l[k], "env", "at", g);
        svm_global_free(g);
    }
    for (int i = 0; i < TIMES; i++) {
        struct svm_instance *a = kit_instance(NULL, i % 3 ? p : q), *b = kit_instance(l[i % 2], other);
        begins_well(a, &insns);
        assert_int_equal(kit_call(b, "byte", 1, 50 + i % 2, 0, 0), 'x');
        assert_int_equal(kit_call(b, "byte", 1, 51 - i % 2, 0, 0), 0);
        assert_int_equal(kit_call(b, "byte", 1, 100, 0, 0), 0);
        assert_int_equal(kit_call(b, "byte", 1, 65536, 0, 0), TRAPPED_BOUNDS);
        assert_int_equal(kit_call(b, "twice", 0, 0, 0, 0), (50 + i % 2) * 2);
        kit_call(a, "spoil", 0, 0, 0, 0);
        svm_instance_free(i % 2 ? a : b);
        svm_instance_free(i % 2 ? b : a);
    }
    svm_linker_free(l[0]);
    svm_linker_free(l[1]);
    svm_program_free(p);
    svm_program_free(q);
    svm_program_free(other);
    svm_free(vm);
}

static int counted(void *arg, struct svm_caller *c, const struct svm_val *args, struct svm_val *results) {
    (void)c, (void)args;
    results[0].of.i32 = ++*(int *)arg;
    return 0;
}

static void start_runs_each_time(void **state) {
    static const enum svm_valkind i32 = SVM_I32;
    static const struct svm_functype type = {NULL, 0, &i32, 1};
    struct svm *vm = kit_vm(NULL);
    struct svm_program *p = kit_program(vm, "begin_start");
    struct svm_linker *l = svm_linker_new(vm, NULL);
    int n = 0;
    (void)state;
    svm_linker_func(l, "env", "count", &type, counted, &n);
    for (int i = 1; i < 6; i++) {
        struct svm_instance *in = kit_instance(l, p);
        assert_int_equal(kit_call(in, "n", 0, 0, 0, 0), i);
        svm_instance_free(in);
    }
    svm_linker_free(l);
    svm_program_free(p);
    svm_free(vm);
}

/* Limits count what an image holds as they do what init would have made. */
static void limits_hold(void **state) {
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_error err;
    struct svm *vm;
    struct svm_program *p;
    struct svm_instance *in[5];
    (void)state;
    c.max_memory = 5 * 2 * 65536 - 1;
    vm = kit_vm(&c);
    p = kit_program(vm, "begin");
    for (int i = 0; i < 4; i++)
        in[i] = kit_instance(NULL, p);
    assert_null(svm_instance_new(p, &err));
    assert_int_equal(err.code, SVM_ELIMIT);
    svm_instance_free(in[0]);
    in[0] = kit_instance(NULL, p);
    for (int i = 0; i < 4; i++)
        svm_instance_free(in[i]);
    svm_program_free(p);
    svm_free(vm);
}

static void *many_begin(void *arg) {
    uint64_t insns = 0;
    for (int i = 0; i < TIMES; i++) {
        struct svm_instance *in = svm_instance_new(arg, NULL);
        begins_well(in, &insns);
        kit_call(in, "spoil", 0, 0, 0, 0);
        svm_instance_free(in);
    }
    return NULL;
}

static void in_threads(void **state) {
    struct svm *vm = kit_vm(NULL);
    struct svm_program *p = kit_program(vm, "begin");
    pthread_t t[4];
    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&t[i], NULL, many_begin, p), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(t[i], NULL);
    svm_program_free(p);
    svm_free(vm);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_after_the_other),  cmocka_unit_test(side_by_side), cmocka_unit_test(programs_in_turn),
        cmocka_unit_test(start_runs_each_time), cmocka_unit_test(limits_hold),  cmocka_unit_test(in_threads),
    };
    return kit_main("typed_image", KIT_WASM, tests, sizeof tests / sizeof *tests);
}
