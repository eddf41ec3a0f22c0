/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mix.c - 64 words mixed into 64 others by multiplications, shifts and divisions by constants. */
/* bench: input=1024 seed=8 */
#include "bench.h"

ENTRY u64 mix(u64 *p) {
    u64 x = 0;
    UNROLL for (int i = 0; i < 64; i++) {
        x += p[i];
        x ^= x >> 30;
        x *= 0xbf58476d1ce4e5b9;
        x ^= x >> 27;
        if (i % 8 == 7)
            x /= 1000003;
        p[64 + i] = x;
    }
    return x;
}
