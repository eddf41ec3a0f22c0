/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed_exceptions.c - exceptions between a program and its host, and their collection. */
#include "typed_kit.h"

/* SECTION(id, bytes): with their number, in two bytes; a body is below 128. */
#define BYTES(...)       sizeof((unsigned char[]){__VA_ARGS__})
#define SECTION(id, ...) id, BYTES(__VA_ARGS__) % 128 + 128, BYTES(__VA_ARGS__) / 128, __VA_ARGS__
#define BODY(...)        BYTES(__VA_ARGS__), __VA_ARGS__
#define I32              0x7f
#define I64              0x7e
#define EXNREF           0x69

/* (import "e" "throw" (func (param i32))) (import "e" "tag" (tag (param i32))) (tag (param i64)) (global (mut exnref)) */
static const unsigned char module[] = {
    0, 'a', 's', 'm', 1, 0, 0, 0,
    SECTION(1, 6, 0x60, 1, I32, 0, 0x60, 0, 0, 0x60, 1, I32, 1, I32, 0x60, 1, I64, 0, 0x60, 0, 1, I32, 0x60, 0, 1, I64),
    SECTION(2, 2, 1, 'e', 5, 't', 'h', 'r', 'o', 'w', 0, 0, 1, 'e', 3, 't', 'a', 'g', 4, 0, 0),
    SECTION(3, 8, 0, 2, 2, 1, 0, 4, 0, 2),
    SECTION(13, 1, 0, 3),
    SECTION(6, 1, EXNREF, 1, 0xd0, EXNREF, 0x0b),
    SECTION(7, 8, 5, 't', 'h', 'r', 'o', 'w', 0, 1, 5, 'c', 'a', 't', 'c', 'h', 0, 2, 4, 'm', 'a', 'n', 'y', 0, 3,
            5, 'o', 't', 'h', 'e', 'r', 0, 4, 4, 'k', 'e', 'e', 'p', 0, 5, 5, 'a', 'g', 'a', 'i', 'n', 0, 6,
            4, 't', 'a', 'i', 'l', 0, 7, 5, 'u', 'n', 'd', 'e', 'r', 0, 8),
    SECTION(10, 8,
            /* throw: throw tag 0 (local.get 0) */
            BODY(0, 0x20, 0, 0x08, 0, 0x0b),
            /* catch: (block (try_table (catch 0 0) (call $throw (local.get 0)) (i32.const -1))) */
            BODY(0, 0x02, I32, 0x1f, I32, 1, 0, 0, 0, 0x20, 0, 0x10, 0, 0x41, 0x7f, 0x0b, 0x0b, 0x0b),
            /* many: local 0 times: (block (try_table (catch 0 0) (throw 0 (i32.const 1))) (i32.const 0)); their sum */
            BODY(1, 1, I32, 0x03, 0x40, 0x02, I32, 0x1f, 0x40, 1, 0, 0, 0, 0x41, 1, 0x08, 0, 0x0b, 0x41, 0, 0x0b,
                 0x20, 1, 0x6a, 0x21, 1, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b, 0x20, 1, 0x0b),
            /* other: throw tag 1 (i64.const 5) */
            BODY(0, 0x42, 5, 0x08, 1, 0x0b),
            /* keep: (global.set 0 (block (try_table (catch_all_ref 0) (throw 0 (local.get 0))) unreachable)) */
            BODY(0, 0x02, EXNREF, 0x1f, 0x40, 1, 3, 0, 0x20, 0, 0x08, 0, 0x0b, 0x00, 0x0b, 0x24, 0, 0x0b),
            /* again: (block (try_table (catch 0 0) (throw_ref (global.get 0)))) */
            BODY(0, 0x02, I32, 0x1f, I32, 1, 0, 0, 0, 0x23, 0, 0x0a, 0x0b, 0x0b, 0x0b),
            /* tail: (drop (block (try_table (catch 0 0) (return_call $throw (local.get 0))))) */
            BODY(0, 0x02, I32, 0x1f, I32, 1, 0, 0, 0, 0x20, 0, 0x12, 0, 0x0b, 0x0b, 0x1a, 0x0b),
            /* under: (block (try_table (catch 0 0) (call $tail (local.get 0)) (i32.const -1))) */
            BODY(0, 0x02, I32, 0x1f, I32, 1, 0, 0, 0, 0x20, 0, 0x10, 7, 0x41, 0x7f, 0x0b, 0x0b, 0x0b)),
};

struct world {
    struct svm *vm;
    struct svm_program *p;
    struct svm_linker *l;
    struct svm_tag *tag;
    struct svm_instance *in;
    int calls_back;
};

static int throw_it(void *arg, struct svm_caller *c, const struct svm_val *args, struct svm_val *results) {
    struct world *w = arg;
    (void)results;
    if (w->calls_back == 1) /* a trap of its own call is passed on */
        return svm_call(svm_caller_instance(c), "throw", args, 1, NULL, 0, NULL);
    if (w->calls_back == 2) /* or is not */
        return svm_call(svm_caller_instance(c), "throw", args, 1, NULL, 0, NULL) == SVM_ETRAP ? 0 : 1;
    return svm_caller_throw(c, w->tag, args, 1);
}

static int open_world(void **state) {
    static const enum svm_valkind i32 = SVM_I32;
    static const struct svm_functype type = {&i32, 1, NULL, 0};
    struct world *w = calloc(1, sizeof *w);
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_module *m;
    struct svm_error err;
    *state = w;
    c.max_memory = 4 << 20; /* of exceptions alive, too */
    w->vm = kit_vm(&c);
    w->l = svm_linker_new(w->vm, &err);
    w->tag = svm_tag_new(w->vm, &i32, 1, &err);
    svm_linker_func(w->l, "e", "throw", &type, throw_it, w);
    svm_linker_tag(w->l, "e", "tag", w->tag);
    if (!(m = svm_module_load(w->vm, module, sizeof module, NULL, &err)) ||
        !(w->p = kit_link(m, &err)) || !(w->in = svm_linker_instantiate(w->l, w->p, &err)))
        fail_msg("%s", err.text);
    svm_module_free(m);
    return 0;
}

static int close_world(void **state) {
    struct world *w = *state;
    svm_tag_free(w->tag);
    svm_linker_free(w->l);
    svm_instance_free(w->in);
    svm_program_free(w->p);
    svm_free(w->vm);
    free(w);
    return 0;
}

static void to_the_host(void **state) {
    struct world *w = *state;
    struct svm_error err;
    assert_int_equal(kit_call(w->in, "throw", 1, 7, 0, 0), TRAPPED_EXCEPTION);
    assert_string_equal(svm_instance_trap(w->in)->text, "unhandled exception");
    assert_int_equal(svm_call(w->in, "other", NULL, 0, NULL, 0, &err), SVM_ETRAP);
    assert_non_null(strstr(err.text, "unhandled exception"));
}

static void from_the_host(void **state) {
    struct world *w = *state;
    assert_int_equal(kit_call(w->in, "catch", 1, 7, 0, 0), 7);
    w->calls_back = 1;
    assert_int_equal(kit_call(w->in, "catch", 1, 8, 0, 0), 8);
    w->calls_back = 2;
    assert_int_equal(kit_call(w->in, "catch", 1, 9, 0, 0), -1);
}

static void past_a_tail_call(void **state) {
    struct world *w = *state; /* the frame of the tail call is gone, and what it would have caught with it */
    assert_int_equal(kit_call(w->in, "tail", 1, 7, 0, 0), TRAPPED_EXCEPTION);
    assert_int_equal(kit_call(w->in, "under", 1, 8, 0, 0), 8);
    w->calls_back = 1;
    assert_int_equal(kit_call(w->in, "under", 1, 9, 0, 0), 9);
}

static void old_ones_are_collected(void **state) {
    struct world *w = *state;
    assert_int_equal(kit_call(w->in, "keep", 1, 1234, 0, 0), 0);
    assert_int_equal(kit_call(w->in, "many", 1, 500000, 0, 0), 500000); /* 4 MiB would hold a fraction of them */
    assert_int_equal(kit_call(w->in, "again", 0, 0, 0, 0), 1234);
    assert_int_equal(kit_call(w->in, "many", 1, 500000, 0, 0), 500000);
    assert_int_equal(kit_call(w->in, "again", 0, 0, 0, 0), 1234);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(to_the_host, open_world, close_world),
        cmocka_unit_test_setup_teardown(from_the_host, open_world, close_world),
        cmocka_unit_test_setup_teardown(past_a_tail_call, open_world, close_world),
        cmocka_unit_test_setup_teardown(old_ones_are_collected, open_world, close_world),
    };
    return kit_main("typed_exceptions", KIT_WASM, tests, sizeof tests / sizeof *tests);
}
