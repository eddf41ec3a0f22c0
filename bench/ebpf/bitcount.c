/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* bitcount.c - bits set in 256 words of 64 bits, by adding ever wider fields: 64-bit constants. */
/* bench: input=2048 seed=21 runs_hint=10000 */
#include "bench.h"

enum { N = 256 };

SEC("xdp")
int bitcount(struct xdp_md *ctx) {
    PACKET(ctx, p, 8 * N);
    u32 sum = 0, odd = 0;

    for (u32 i = 0; i < N; i++) {
        u64 x = *(u64 *)(p + 8 * i);
        x -= x >> 1 & 0x5555555555555555;
        x = (x & 0x3333333333333333) + (x >> 2 & 0x3333333333333333);
        x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0f;
        x = x * 0x0101010101010101 >> 56;
        sum += x;
        odd += x & 1;
    }
    return sum << 12 ^ odd;
}
LICENSED
