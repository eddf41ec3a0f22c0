/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* switch_dispatch.c - an interpreter's loop: 16 operations on 8 registers, read from the packet. */
/* bench: input=1024 seed=15 runs_hint=10000 */
#include "bench.h"

enum { STEPS = 500, CODE = 1024 };

SEC("xdp")
int switch_dispatch(struct xdp_md *ctx) {
    PACKET(ctx, p, CODE);
    u8 *end = END(ctx);
    u32 r[8], pc = p[0] | p[1] << 8, acc = 1;

    for (u32 i = 0; i < 8; i++)
        r[i] = p[i] * 0x01010101u;
    for (u32 n = 0; n < STEPS; n++) {
        pc &= CODE - 2;
        u8 *at = p + pc;
        if (at + 2 > end)
            break;
        u32 a = at[1] & 7, b = at[1] >> 3 & 7;
        pc += 2;
        switch (at[0] & 15) {
        case 0: acc += r[a]; break;
        case 1: acc -= r[b]; break;
        case 2: acc ^= r[a] + n; break;
        case 3: r[a] = acc; break;
        case 4: acc *= r[b] | 1; break;
        case 5: acc = rol32(acc, 7); break;
        case 6: r[b] += r[a]; break;
        case 7: r[a] = r[b] >> 3; break;
        case 8: acc |= r[a] & 0xff; break;
        case 9: pc += acc & 1 ? 2 : 0; break;
        case 10: acc = ~acc; break;
        case 11: r[a] ^= r[b]; break;
        case 12: acc += at[1]; break;
        case 13: r[a] = acc & r[b]; break;
        case 14: pc += r[a] > r[b] ? 4 : 0; break;
        case 15: acc = acc < r[a] ? r[a] - acc : acc - r[a]; break;
        }
    }
    for (u32 i = 0; i < 8; i++)
        acc = acc * 31 + r[i];
    return acc;
}
LICENSED
