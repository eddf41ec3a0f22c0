/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* memcmp_prefix.c - length of the common prefix with each of 16 candidates: byte loads, exits. */
/* bench: input=2176 seed=6 runs_hint=10000 */
#include "bench.h"

enum { LEN = 128, N = 16 };

SEC("xdp")
int memcmp_prefix(struct xdp_md *ctx) {
    PACKET(ctx, p, LEN * (N + 1));
    u32 sum = 0;

    for (u32 k = 1; k <= N; k++) {
        u32 i;
        for (i = 0; i < LEN; i++)
            if (p[i] != p[k * LEN + i])
                break;
        sum = sum * 7 + i;
    }
    return sum;
}
LICENSED

#ifdef NATIVE
void memcmp_prefix_input(u8 *buf, size_t n) {
    for (size_t i = 0; i < n; i++)
        buf[i] = (u8)(i % LEN * 37 + 11);
    for (u32 k = 1; k <= N; k++) /* where candidate k begins to differ; the last one never */
        if (k < N)
            buf[k * LEN + k * 53 % LEN] ^= 0x40;
}
#endif
