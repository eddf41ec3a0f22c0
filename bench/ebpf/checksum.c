/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* checksum.c - the Internet checksum (RFC 1071) of 1480 bytes, by 16-bit words. */
/* bench: input=1480 seed=7 runs_hint=20000 */
#include "bench.h"

enum { N = 1480 };

SEC("xdp")
int checksum(struct xdp_md *ctx) {
    PACKET(ctx, p, N);
    u16 *w = (u16 *)p;
    u32 sum = 0;

    for (u32 i = 0; i < N / 2; i++)
        sum += w[i];
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return (u16)~sum;
}
LICENSED
