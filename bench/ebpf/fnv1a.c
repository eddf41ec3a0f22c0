/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fnv1a.c - 64-bit FNV-1a of 1500 bytes: a byte load and a multiply in one chain. */
/* bench: input=1504 seed=10 runs_hint=10000 */
#include "bench.h"

SEC("xdp")
int fnv1a(struct xdp_md *ctx) {
    PACKET(ctx, p, 1500);
    u64 h = 0xcbf29ce484222325;

    for (u32 i = 0; i < 1500; i++)
        h = (h ^ p[i]) * 0x100000001b3;
    return h ^ h >> 32;
}
LICENSED
