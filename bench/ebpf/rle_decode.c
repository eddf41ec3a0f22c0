/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rle_decode.c - 256 runs of 1 to 8 equal bytes, written out: short loops, a moving target that
 * has to be checked each time. */
/* bench: input=3072 seed=30 runs_hint=10000 */
#include "bench.h"

enum { RUNS = 256, OUT = 2 * RUNS };

SEC("xdp")
NO_LIBCALL int rle_decode(struct xdp_md *ctx) {
    PACKET(ctx, p, OUT);
    u8 *end = END(ctx);
    u32 at = OUT, sum = 0;

    for (u32 i = 0; i < RUNS; i++) {
        u32 n = (p[2 * i] & 7) + 1, v = p[2 * i + 1];
        u8 *to = p + at;
        if (to + 8 > end)
            break;
        at += n;
        for (u32 k = 0; k < 8; k++) {
            if (k >= n)
                break;
            to[k] = v;
            sum = sum * 31 + v;
        }
    }
    return sum ^ at << 16;
}
LICENSED
