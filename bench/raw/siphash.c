/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* siphash.c - SipHash-2-4 of 64 bytes, every round written out: arithmetic of 64 bits in registers. */
/* bench: input=64 seed=5 */
#include "bench.h"

#define ROUND                                                                                                          \
    do {                                                                                                               \
        v0 += v1, v1 = rol64(v1, 13), v1 ^= v0, v0 = rol64(v0, 32);                                                    \
        v2 += v3, v3 = rol64(v3, 16), v3 ^= v2;                                                                        \
        v0 += v3, v3 = rol64(v3, 21), v3 ^= v0;                                                                        \
        v2 += v1, v1 = rol64(v1, 17), v1 ^= v2, v2 = rol64(v2, 32);                                                    \
    } while (0)

ENTRY u64 siphash(const u64 *p) {
    u64 v0 = 0x736f6d6570736575, v1 = 0x646f72616e646f6d, v2 = 0x6c7967656e657261, v3 = 0x7465646279746573;
    UNROLL for (int i = 0; i < 8; i++) {
        v3 ^= p[i];
        ROUND;
        ROUND;
        v0 ^= p[i];
    }
    v2 ^= 0xff;
    ROUND;
    ROUND;
    ROUND;
    ROUND;
    return v0 ^ v1 ^ v2 ^ v3;
}
