/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* crc32_bits.c - the same CRC a bit at a time: 32-bit shifts, negation, no table. */
/* bench: input=264 seed=9 runs_hint=5000 */
#include "bench.h"

enum { N = 256, POLY = 4 };

SEC("xdp")
int crc32_bits(struct xdp_md *ctx) {
    PACKET(ctx, p, POLY + N);
    u32 poly = le32(p), crc = ~0u; /* were poly a constant, the verifier would fork at each bit */

    for (u32 i = 0; i < N; i++) {
        crc ^= p[POLY + i];
        for (u32 k = 0; k < 8; k++)
            crc = crc >> 1 ^ (poly & -(crc & 1));
    }
    return ~crc;
}
LICENSED

#ifdef NATIVE
void crc32_bits_input(u8 *buf, size_t n) {
    for (size_t i = 0; i < n; i++)
        buf[i] = (u8)(i * i * 31 >> 3);
    memcpy(buf, "\x20\x83\xb8\xed", POLY);
}
#endif
