/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* crc32.c - CRC-32 (reflected 0x04c11db7), a byte at a time by two looks into a table of 16:
 * loads from .rodata at computed places. */
/* bench: input=1024 seed=8 runs_hint=5000 */
#include "bench.h"

enum { N = 1024 };

static const u32 table[16] = {
    0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

SEC("xdp")
int crc32(struct xdp_md *ctx) {
    PACKET(ctx, p, N);
    u32 crc = ~0u;

    for (u32 i = 0; i < N; i++) {
        crc ^= p[i];
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return ~crc;
}
LICENSED
