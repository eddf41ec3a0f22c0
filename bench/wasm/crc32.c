/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* crc32.c - the CRC of IEEE 802.3, a table of 256, byte by byte over 64 KiB: loads that wait for loads.
 * bench: n=2 */
#include "bench.h"

enum { SIZE = 65536 };
static u32 table[256];
static u8 input[SIZE];

static NOINLINE u32 crc(u32 c, const u8 *p, u32 n) {
    c = ~c;
    for (u32 i = 0; i < n; i++)
        c = table[(c ^ p[i]) & 255] ^ c >> 8;
    return ~c;
}

EXPORT u32 bench(u32 n) {
    u32 c = 0;
    u64 seed = 2;
    for (u32 i = 0; i < 256; i++) {
        u32 v = i;
        for (u32 b = 0; b < 8; b++)
            v = v & 1 ? v >> 1 ^ 0xedb88320u : v >> 1;
        table[i] = v;
    }
    for (u32 i = 0; i < SIZE; i++)
        input[i] = (u8)next_random(&seed);
    for (u32 r = 0; r < n; r++)
        c = crc(c, input, SIZE);
    return c;
}
