/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* substring.c - naive search for a needle of 8 bytes in text of two letters: many false starts. */
/* bench: input=1008 seed=20 runs_hint=10000 */
#include "bench.h"

enum { NEEDLE = 8, TEXT = 1000 };

SEC("xdp")
int substring(struct xdp_md *ctx) {
    PACKET(ctx, p, NEEDLE + TEXT);
    u32 hits = 0, steps = 0;

    for (u32 i = 0; i + NEEDLE <= TEXT; i++) {
        u32 k;
        for (k = 0; k < NEEDLE; k++)
            if (p[k] != p[NEEDLE + i + k])
                break;
        steps += k;
        if (k == NEEDLE)
            hits = hits * 5 + i;
    }
    return hits ^ steps << 8;
}
LICENSED

#ifdef NATIVE
void substring_input(u8 *buf, size_t n) {
    u32 x = 20;
    for (size_t i = 0; i < n; i++) {
        x = x * 1664525 + 1013904223;
        buf[i] = "ab"[x >> 30 == 0];
    }
    memcpy(buf, "aabaaaab", NEEDLE);
}
#endif
