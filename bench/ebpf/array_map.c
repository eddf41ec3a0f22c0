/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* array_map.c - counters in an array map: 256 lookups to clear, 1000 to count, 256 to add up.
 * native: a static array with an index check. */
/* bench: input=1000 seed=26 runs_hint=5000 */
#include "bench.h"

enum { N = 256, EVENTS = 1000 };

ARRAY_MAP(counts, u64, N)

SEC("xdp")
int array_map(struct xdp_md *ctx) {
    PACKET(ctx, p, EVENTS);
    u64 sum = 0;

    for (u32 i = 0; i < N; i++) {
        u64 *n = counts_at(i);
        if (n)
            *n = 0;
    }
    for (u32 i = 0; i < EVENTS; i++) {
        u64 *n = counts_at(p[i]);
        if (n)
            *n += i;
    }
    for (u32 i = 0; i < N; i++) {
        u64 *n = counts_at(i);
        if (n)
            sum = sum * 7 + *n;
    }
    return sum ^ sum >> 32;
}
LICENSED
