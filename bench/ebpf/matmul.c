/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* matmul.c - the product of two 16 x 16 matrices of signed bytes in 32 bits: three nested loops. */
/* bench: input=1536 seed=23 runs_hint=5000 */
#include "bench.h"

enum { N = 16, B = N * N, C = 2 * N * N };

SEC("xdp")
int matmul(struct xdp_md *ctx) {
    PACKET(ctx, p, C + 4 * N * N);
    u32 sum = 0;

    for (u32 i = 0; i < N; i++)
        for (u32 j = 0; j < N; j++) {
            s32 c = 0;
            for (u32 k = 0; k < N; k++)
                c += (s8)p[i * N + k] * (s8)p[B + k * N + j];
            *(s32 *)(p + C + 4 * (i * N + j)) = c;
            sum = sum * 31 + c;
        }
    return sum;
}
LICENSED
