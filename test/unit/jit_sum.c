/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* jit_sum.c - sums of 16-bit words by vectors: all short lengths at all alignments, and more words than a lane holds. */
#include "engine/jit/x86_64/emit.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* wants the others before it */

enum { WORDS = 200000, LONGEST = 300 };

static u64 plain(const u8 *p, u64 n) {
    u64 s = 0;
    for (u64 k = 0; k < n; k++)
        s += (u64)p[2 * k] | (u64)p[2 * k + 1] << 8;
    return s;
}

static void sums(void **state) {
    u64 (*sum)(const u8 *p, u64 n) = x86_64_sum(2, cpu_features()), seed = 1;
    u8 *p = malloc(2 * WORDS + 8);
    (void)state;
    assert_non_null(p);
    assert_null(x86_64_sum(2, 0));
    for (u32 k = 0; k < 2 * WORDS + 8; k++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        p[k] = (u8)(seed >> 56);
    }
    for (u64 n = 0; sum && n < LONGEST; n++)
        for (u32 at = 0; at < 8; at++)
            assert_int_equal(sum(p + at, n), plain(p + at, n));
    if (sum) {
        assert_int_equal(sum(p + 1, WORDS), plain(p + 1, WORDS));
        memset(p, 0xff, 2 * WORDS);
        assert_int_equal(sum(p, WORDS), (u64)0xffff * WORDS);
    }
    free(p);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(sums)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
