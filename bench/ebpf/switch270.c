/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* switch270.c - a dense switch of 270 cases, each a little different: a tree of compares for BPF,
 * a jump table for the native compiler. External linkage: the kernel's verifier then looks at the
 * function once, not at each call. */
/* bench: input=2048 seed=14 runs_hint=10000 */
#include "bench.h"

enum { N = 512 };

/* clang-format off */
/* three forms in turn, so that no two neighbours can be merged or looked up */
#define C1(n)                                                                     \
    case (n): return x * (2 * (n) + 3);                                           \
    case (n) + 1: return (x ^ ((n) * 77 + 5)) + (x >> 7);                         \
    case (n) + 2: return x - ((n) << 4) - (v >> 16);
#define C10(n)                                                                    \
    C1(n) C1(n + 3) C1(n + 6) C1(n + 9) C1(n + 12) C1(n + 15) C1(n + 18) C1(n + 21) \
    C1(n + 24) C1(n + 27)
/* clang-format on */

NOINLINE u32 switch270_step(u32 x, u32 v) {
    switch ((v & 0xffff) * 270 >> 16) {
        /* clang-format off */
        C10(0) C10(30) C10(60) C10(90) C10(120) C10(150) C10(180) C10(210) C10(240)
        /* clang-format on */
    }
    return 0;
}

SEC("xdp")
int switch270(struct xdp_md *ctx) {
    PACKET(ctx, p, 4 * N);
    u32 x = 1;

    for (u32 i = 0; i < N; i++)
        x = switch270_step(x, *(u32 *)(p + 4 * i));
    return x;
}
LICENSED
