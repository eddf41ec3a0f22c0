/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* bubble_sort.c - 40 words of 64 bits on the stack, compared and swapped: loads and stores that depend. */
/* bench: input=160 seed=16 runs_hint=10000 */
#include "bench.h"

enum { N = 40 };

SEC("xdp")
int bubble_sort(struct xdp_md *ctx) {
    PACKET(ctx, p, 4 * N);
    u64 a[N];
    u32 sum = 0;

    for (u32 i = 0; i < N; i++)
        a[i] = *(u32 *)(p + 4 * i);
    for (u32 n = N - 1; n > 0; n--)
        for (u32 i = 0; i < n; i++) {
            u64 x = a[i], y = a[i + 1];
            if (x > y) {
                a[i] = y;
                a[i + 1] = x;
            }
        }
    for (u32 i = 0; i < N; i++)
        sum = sum * 31 + a[i];
    return sum;
}
LICENSED
