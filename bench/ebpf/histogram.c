/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* histogram.c - 1500 bytes into 128 bins on the stack: read, add one, write, where the data says. */
/* bench: input=1504 seed=28 runs_hint=10000 */
#include "bench.h"

enum { N = 1500, BINS = 128 };

SEC("xdp")
int histogram(struct xdp_md *ctx) {
    PACKET(ctx, p, N);
    u16 h[BINS] = {0};
    u32 sum = 0;

    for (u32 i = 0; i < N; i++)
        h[p[i] >> 1]++;
    for (u32 i = 0; i < BINS; i++)
        sum = sum * 31 + h[i];
    return sum;
}
LICENSED
