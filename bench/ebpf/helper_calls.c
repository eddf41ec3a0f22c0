/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* helper_calls.c - 256 calls of the cheapest helper (8, get_smp_processor_id): the way in and out.
 * native: a call of an empty function. */
/* bench: input=256 seed=25 runs_hint=20000 */
#include "bench.h"

SEC("xdp")
int helper_calls(struct xdp_md *ctx) {
    PACKET(ctx, p, 256);
    u32 sum = 0;

    for (u32 i = 0; i < 256; i++)
        sum = sum * 3 + p[i] + (cpu_id() >> 16); /* the same on any CPU of any machine */
    return sum;
}
LICENSED
