/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fib_call.c - the same numbers, each by a call of a subprogram of two arguments. */
/* bench: input=64 seed=3 runs_hint=10000 */
#include "bench.h"

static NOINLINE u32 next(u32 a, u32 b) {
    u32 c = a + b;
    OPAQUE(c);
    return c;
}

SEC("xdp")
int fib_call(struct xdp_md *ctx) {
    PACKET(ctx, p, 8);
    u32 a = le32(p), b = le32(p + 4);

    for (u32 i = 0; i < 1000; i++) {
        u32 c = next(a, b);
        a = b;
        b = c;
    }
    return b;
}
LICENSED
