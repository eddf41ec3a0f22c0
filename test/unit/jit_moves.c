/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* jit_moves.c - moves that happen at once, as a sequence: every set of up to five moves among six places. */
#include "engine/jit/jit.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { PLACES = 6, MOST = 5, SPARE = PLACES };

/* Moves to places 0 .. n - 1, in the order that `turn` says, from[k] to k. */
static void one(const u32 *from, u32 n, u32 turn) {
    struct move m[MOST], out[2 * MOST];
    u32 at[PLACES + 1], done;
    for (u32 k = 0; k < n; k++)
        m[k] = (struct move){(u16)((k + turn) % n), (u16)from[(k + turn) % n], VAL_INT, 0};
    done = jit_order_moves(m, n, (u16[]){SPARE, SPARE, SPARE}, out);
    assert_true(done <= 2 * n);
    for (u32 k = 0; k <= PLACES; k++)
        at[k] = k;
    for (u32 k = 0; k < done; k++)
        at[out[k].to] = at[out[k].from];
    for (u32 k = 0; k < PLACES; k++)
        assert_int_equal(at[k], k < n ? from[k] : k);
}

static void all_small_sets(void **state) {
    (void)state;
    for (u32 n = 1; n <= MOST; n++) {
        u32 from[MOST] = {0}, k;
        do {
            for (u32 turn = 0; turn < n; turn++)
                one(from, n, turn);
            for (k = 0; k < n && ++from[k] == PLACES; k++)
                from[k] = 0;
        } while (k < n);
    }
}

/* Two classes, each with a spare place of its own: cycles in both. */
static void classes(void **state) {
    struct move m[4] = {{0, 1, VAL_INT, 0}, {10, 11, VAL_FLT, 0}, {1, 0, VAL_INT, 0}, {11, 10, VAL_FLT, 0}}, out[8];
    u32 at[32], n;
    (void)state;
    for (u32 k = 0; k < 32; k++)
        at[k] = k;
    n = jit_order_moves(m, 4, (u16[]){5, 15, 15}, out);
    assert_int_equal(n, 6);
    for (u32 k = 0; k < n; k++) {
        assert_int_equal(out[k].to >= 10, out[k].from >= 10);
        at[out[k].to] = at[out[k].from];
    }
    assert_int_equal(at[0], 1);
    assert_int_equal(at[1], 0);
    assert_int_equal(at[10], 11);
    assert_int_equal(at[11], 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_small_sets), cmocka_unit_test(classes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
