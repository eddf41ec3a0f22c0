/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fib.c - Fibonacci numbers mod 2^32 in a loop: the shortest dependent chain of adds. */
/* bench: input=64 seed=2 runs_hint=20000 */
#include "bench.h"

SEC("xdp")
int fib(struct xdp_md *ctx) {
    PACKET(ctx, p, 8);
    u32 a = le32(p), b = le32(p + 4);

    for (u32 i = 0; i < 3000; i++) {
        u32 c = a + b;
        a = b;
        b = c;
        OPAQUE(b);
    }
    return b;
}
LICENSED
