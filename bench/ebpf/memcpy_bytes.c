/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* memcpy_bytes.c - copies bytes one by one: what a compiler knows as memcpy, an engine need not. */
/* bench: input=3520 seed=5 runs_hint=10000 */
#include "bench.h"

enum { N = 1600, TO = 1760 };

SEC("xdp")
NO_LIBCALL int memcpy_bytes(struct xdp_md *ctx) {
    PACKET(ctx, p, TO + N);
    u32 sum = 0;

    for (u32 i = 0; i < N; i++)
        p[TO + i] = p[i];
    for (u32 i = 0; i < N; i += 100)
        sum = sum * 31 + p[TO + i];
    return sum;
}
LICENSED
