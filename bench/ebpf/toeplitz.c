/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* toeplitz.c - the receive-side-scaling hash of 32 tuples of 12 bytes: a bit at a time, a 64-bit
 * window sliding over the key. */
/* bench: input=424 seed=31 runs_hint=5000 */
#include "bench.h"

enum { KEY = 40, TUPLE = 12, N = 32 };

SEC("xdp")
int toeplitz(struct xdp_md *ctx) {
    PACKET(ctx, p, KEY + TUPLE * N);
    u32 sum = 0;

    for (u32 t = 0; t < N; t++) {
        u8 *in = p + KEY + t * TUPLE;
        u64 window = __builtin_bswap64(le64(p)); /* its upper half is what counts */
        u32 h = 0;
        for (u32 i = 0; i < TUPLE; i++) {
            for (u32 b = 0; b < 8; b++) {
                h ^= (u32)(window >> 32) & -(in[i] >> (7 - b) & 1u);
                window <<= 1;
            }
            window |= p[i + 8];
        }
        sum = rol32(sum, 3) ^ h;
    }
    return sum;
}
LICENSED
