/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* sieve.c - the sieve of Eratosthenes on the stack: byte stores at computed places.
 * The array begins somewhere in itself, where the packet says: were the places known, the kernel's
 * verifier would walk each of the many possible sieves apart. */
/* bench: input=1792 seed=4 runs_hint=5000 */
#include "bench.h"

enum { N = 256, ROUNDS = 7 };

SEC("xdp")
int sieve(struct xdp_md *ctx) {
    PACKET(ctx, p, N * ROUNDS);
    u8 crossed[N];
    u32 sum = p[0];

    for (u32 r = 0; r < ROUNDS; r++) {
        u32 at = p[r * N];
        for (u32 i = 0; i < N; i++) /* one in 85 is crossed out beforehand */
            crossed[(at + i) & (N - 1)] = p[r * N + i] > 252;
        for (u32 i = 2; i * i < N; i++) {
            if (crossed[(at + i) & (N - 1)])
                continue;
            for (u32 j = i * i; j < N; j += i)
                crossed[(at + j) & (N - 1)] = 1;
        }
        for (u32 i = 2; i < N; i++)
            sum += crossed[(at + i) & (N - 1)] ? 0 : i;
    }
    return sum;
}
LICENSED
