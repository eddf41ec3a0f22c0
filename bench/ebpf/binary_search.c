/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* binary_search.c - 32 searches in 256 sorted words of the packet: each load needs the one before,
 * and a bounds check. */
/* bench: input=1152 seed=18 runs_hint=10000 */
#include "bench.h"

enum { N = 256, QUERIES = 32 };

SEC("xdp")
int binary_search(struct xdp_md *ctx) {
    PACKET(ctx, p, 4 * (N + QUERIES));
    u8 *end = END(ctx);
    u32 sum = 0;

    for (u32 q = 0; q < QUERIES; q++) {
        u32 key = *(u32 *)(p + 4 * (N + q)), lo = 0;
        for (u32 half = N / 2; half > 0; half /= 2) {
            u8 *at = p + 4 * (lo + half);
            if (at + 4 > end)
                return 0;
            if (*(u32 *)at <= key)
                lo += half;
        }
        sum = sum * 3 + lo;
    }
    return sum;
}
LICENSED

#ifdef NATIVE
void binary_search_input(u8 *buf, size_t n) {
    u32 v = 0, x = 12345;
    for (u32 i = 0; i < n / 4; i++) {
        x = x * 1664525 + 1013904223;
        v = i < N ? v + 1 + (x >> 24) : x >> 17 & 0x7fff;
        memcpy(buf + 4 * i, &v, 4);
    }
}
#endif
