/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* chacha.c - ChaCha20 (RFC 8439) over four blocks: 32-bit add, xor, rotate; 16 words alive at
 * once, more than there are registers. */
/* bench: input=560 seed=12 runs_hint=5000 */
#include "bench.h"

enum { BLOCKS = 4, TEXT = 48, OUT = TEXT + 64 * BLOCKS };

#define QUARTER(a, b, c, d)                                                                                            \
    a += b, d = rol32(d ^ a, 16);                                                                                      \
    c += d, b = rol32(b ^ c, 12);                                                                                      \
    a += b, d = rol32(d ^ a, 8);                                                                                       \
    c += d, b = rol32(b ^ c, 7)

SEC("xdp")
int chacha(struct xdp_md *ctx) {
    PACKET(ctx, p, OUT + 64 * BLOCKS);
    u32 key[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    u32 sum = 0;

    for (u32 i = 4; i < 16; i++) /* 32 bytes key, 4 counter, 12 nonce */
        key[i] = le32(p + 4 * (i - 4));
    for (u32 b = 0; b < BLOCKS; b++) {
        u32 x[16];
        for (u32 i = 0; i < 16; i++)
            x[i] = key[i];
        for (u32 i = 0; i < 10; i++) {
            QUARTER(x[0], x[4], x[8], x[12]);
            QUARTER(x[1], x[5], x[9], x[13]);
            QUARTER(x[2], x[6], x[10], x[14]);
            QUARTER(x[3], x[7], x[11], x[15]);
            QUARTER(x[0], x[5], x[10], x[15]);
            QUARTER(x[1], x[6], x[11], x[12]);
            QUARTER(x[2], x[7], x[8], x[13]);
            QUARTER(x[3], x[4], x[9], x[14]);
        }
        for (u32 i = 0; i < 16; i++) {
            u32 w = (x[i] + key[i]) ^ *(u32 *)(p + TEXT + 64 * b + 4 * i);
            *(u32 *)(p + OUT + 64 * b + 4 * i) = w;
            sum = rol32(sum, 1) ^ w;
        }
        key[12]++;
    }
    return sum;
}
LICENSED
