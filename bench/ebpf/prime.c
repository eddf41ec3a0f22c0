/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* prime.c - counts primes by trial division: 32-bit remainder, unpredictable loop exits. */
/* bench: input=192 seed=1 runs_hint=2000 */
#include "bench.h"

enum { N = 48 };

SEC("xdp")
int prime(struct xdp_md *ctx) {
    PACKET(ctx, p, 4 * N);
    u32 count = 0, sum = 0;

    for (u32 i = 0; i < N; i++) {
        u32 n = p[4 * i] | (p[4 * i + 1] & 0x3f) << 8 | 1, d, is = 1;
        for (d = 3; d < 128; d += 2) {
            if (d * d > n)
                break;
            if (n % d == 0) {
                is = 0;
                break;
            }
        }
        count += is;
        sum += d;
    }
    return count << 16 ^ sum;
}
LICENSED
