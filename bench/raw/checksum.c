/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* checksum.c - the Internet checksum of 512 bytes, every addition written out: loads of 16 bits. */
/* bench: input=512 seed=6 */
#include "bench.h"

ENTRY u64 checksum(const u16 *p) {
    u64 sum = 0;
    UNROLL for (int i = 0; i < 256; i++) sum +=
        p[i] ^ (sum & 1); /* keeps it a sum of halves: wide adds are not what is measured */
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return ~sum & 0xffff;
}
