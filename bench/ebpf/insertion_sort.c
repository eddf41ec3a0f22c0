/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* insertion_sort.c - 48 words of 64 bits on the stack: an inner loop whose end nobody can predict. */
/* bench: input=192 seed=17 runs_hint=10000 */
#include "bench.h"

enum { N = 48 };

SEC("xdp")
int insertion_sort(struct xdp_md *ctx) {
    PACKET(ctx, p, 4 * N);
    u64 a[N];
    u32 sum = 0;

    for (u32 i = 0; i < N; i++) {
        u64 x = *(u32 *)(p + 4 * i);
        u32 j;
        for (j = i; j > 0; j--) {
            if (a[j - 1] <= x)
                break;
            a[j] = a[j - 1];
        }
        a[j] = x;
    }
    for (u32 i = 0; i < N; i++)
        sum = sum * 31 + a[i];
    return sum;
}
LICENSED
