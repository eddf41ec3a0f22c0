/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lcg.c - a 64-bit linear congruential generator with permuted output: multiply, variable rotate. */
/* bench: input=64 seed=22 runs_hint=10000 */
#include "bench.h"

SEC("xdp")
int lcg(struct xdp_md *ctx) {
    PACKET(ctx, p, 16);
    u64 x = le64(p), step = le64(p + 8) | 1;
    u32 sum = 0;

    for (u32 i = 0; i < 1500; i++) {
        x = x * 6364136223846793005 + step;
        u32 w = (x >> 18 ^ x) >> 27, r = x >> 59;
        sum ^= w >> r | w << (-r & 31);
    }
    return sum;
}
LICENSED
