/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* base64.c - encodes 768 bytes (RFC 4648) into the packet behind them: shifts, table, stores. */
/* bench: input=1792 seed=29 runs_hint=10000 */
#include "bench.h"

enum { IN = 768, OUT = 768 };

static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

SEC("xdp")
int base64(struct xdp_md *ctx) {
    PACKET(ctx, p, OUT + IN / 3 * 4);
    u32 sum = 0;

    for (u32 i = 0; i < IN / 3; i++) {
        u8 *in = p + 3 * i, *out = p + OUT + 4 * i;
        u32 v = in[0] << 16 | in[1] << 8 | in[2];
        out[0] = digit[v >> 18];
        out[1] = digit[v >> 12 & 63];
        out[2] = digit[v >> 6 & 63];
        out[3] = digit[v & 63];
        sum = sum * 31 + (out[0] ^ out[1] << 8 ^ out[2] << 16 ^ out[3] << 24);
    }
    return sum;
}
LICENSED
