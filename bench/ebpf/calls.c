/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* calls.c - three subprograms of four arguments each, one calling the next: frames and moves. */
/* bench: input=256 seed=24 runs_hint=10000 */
#include "bench.h"

static NOINLINE u32 leaf(u32 a, u32 b, u32 c, u32 d) {
    u32 r = (a ^ b) + (c | d);
    OPAQUE(r);
    return r;
}

static NOINLINE u32 middle(u32 a, u32 b, u32 c, u32 d) {
    u32 r = leaf(b, c, d, a) + a;
    OPAQUE(r);
    return leaf(r, a, b, d) ^ c;
}

static NOINLINE u32 top(u32 a, u32 b, u32 c, u32 d) {
    u32 r = middle(d, a, c, b) * 3;
    OPAQUE(r);
    return middle(r, b, a, d) - d;
}

SEC("xdp")
int calls(struct xdp_md *ctx) {
    PACKET(ctx, p, 256);
    u32 x = 1;

    for (u32 i = 0; i < 128; i++)
        x = top(x, p[i], p[i + 128], i);
    return x;
}
LICENSED
