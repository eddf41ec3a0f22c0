/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* hash_map.c - 1000 lookups of 8-byte keys in a hash map of 256, half of them in vain. The first
 * run fills the map. native: open addressing, half full (bench.h). */
/* bench: input=2000 seed=27 runs_hint=5000 */
#include "bench.h"

enum { N = 256, LOOKUPS = 1000 };

HASH_MAP(table, u64, N)

static ALWAYS_INLINE u64 key_of(u32 i) {
    return (i + 1) * 0xd1342543de82ef95ull;
}

SEC("xdp")
int hash_map(struct xdp_md *ctx) {
    PACKET(ctx, p, 2 * LOOKUPS);
    u64 sum = 0;

    if (!table_at(key_of(N - 1)))
        for (u32 i = 0; i < N; i++)
            table_put(key_of(i), i * 3 + 1);
    for (u32 i = 0; i < LOOKUPS; i++) {
        u64 *v = table_at(key_of((p[2 * i] | p[2 * i + 1] << 8) & (2 * N - 1)));
        sum = sum * 3 + (v ? *v : 0);
    }
    return sum ^ sum >> 32;
}
LICENSED
