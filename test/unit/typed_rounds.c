/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed_rounds.c - loops of test/wasm/rounds.wat with budgets of many sizes: each engine ends, traps or runs out of
 * fuel as the interpreter does, with the same fuel left, and the same said on the way. */
#include "typed_kit.h"

static const char *const loops[] = {
    "ne_up",       "ne_by_3",
    "ne_down",     "lt_u",
    "lt_s",        "le_s",
    "le_u",        "gt_s",
    "ge_u",        "wide",
    "uneven",      "breaks",
    "traps",       "nest",
    "nest_of_two", "nest_that_skips",
    "triangle",    "nest_that_traps",
    "deep",        "calls",
};
static const int with[][2] = {
    {0, 10}, {0, 1}, {3, 64}, {5, 5}, {-5, 5}, {10, 0}, {INT32_MAX - 20, INT32_MAX}, {-20, -1}, {0, 9000}, {2, 30002},
};
enum { MOST = 300000, SLICE = 65536 }; /* slice: what is given at once (rt/program.h) */

struct side {
    struct svm_program *p;
    struct svm_instance *in;
};

static struct side side(struct svm *vm, const char *engine) {
    struct side s;
    const char *was = kit.wasm;
    kit.wasm = engine;
    s.p = kit_program(vm, "rounds");
    s.in = kit_instance(NULL, s.p);
    kit.wasm = was;
    return s;
}

static int sum(struct svm_instance *in) {
    struct svm_val v;
    svm_global_get(svm_instance_global(in, "sum"), &v);
    return v.of.i32;
}

static void compare(const struct side *a, const struct side *b, const char *name, const int *arg, uint64_t fuel) {
    int x, y;
    svm_instance_fuel_set(a->in, fuel);
    svm_instance_fuel_set(b->in, fuel);
    x = kit_call(a->in, name, 2, arg[0], arg[1], 0);
    y = kit_call(b->in, name, 2, arg[0], arg[1], 0);
    if (x != y || svm_instance_fuel(a->in) != svm_instance_fuel(b->in) || sum(a->in) != sum(b->in))
        fail_msg("%s(%d, %d) with %llu: %d, %llu left, sum %d; %d, %llu left, sum %d", name, arg[0], arg[1],
                 (unsigned long long)fuel, x, (unsigned long long)svm_instance_fuel(a->in), sum(a->in), y,
                 (unsigned long long)svm_instance_fuel(b->in), sum(b->in));
}

static void budgets(const struct side *a, const struct side *b, const char *name, const int *arg) {
    uint64_t all;
    compare(a, b, name, arg, MOST);
    all = MOST - svm_instance_fuel(a->in);
    for (uint64_t n = 0; n < 60 && n < all; n++) {
        compare(a, b, name, arg, n);
        compare(a, b, name, arg, all - n);
    }
    for (uint64_t at = SLICE; at < all; at += SLICE)
        for (uint64_t n = at - 3; n < at + 12; n++)
            compare(a, b, name, arg, n);
    for (uint64_t n = 60; n < all; n += 1 + n / 3)
        compare(a, b, name, arg, n);
}

static void fuel_and_results(void **state) {
    struct svm *vm = kit_vm(NULL);
    struct side a = side(vm, "interp"), b = side(vm, kit.wasm);
    (void)state;
    for (size_t k = 0; k < sizeof loops / sizeof *loops; k++)
        for (size_t i = 0; i < sizeof with / sizeof *with; i++)
            budgets(&a, &b, loops[k], with[i]);
    svm_instance_free(a.in);
    svm_instance_free(b.in);
    svm_program_free(a.p);
    svm_program_free(b.p);
    svm_free(vm);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fuel_and_results),
    };
    return kit_main("typed_rounds", KIT_WASM, tests, sizeof tests / sizeof *tests);
}
