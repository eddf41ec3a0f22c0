/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* header_parse.c - 16 frames one behind the other, each parsed down to its TCP options: Ethernet,
 * up to two VLAN tags, IPv4 with options. What XDP programs do all day.
 * External linkage: the verifier then looks at the parser once, not at each call. */
/* bench: input=3072 seed=19 runs_hint=10000 */
#include "bench.h"

enum { FRAMES = 16, SIZE = 192 };

static ALWAYS_INLINE u32 be16_at(const u8 *p) {
    return p[0] << 8 | p[1];
}

NOINLINE u32 header_parse_one(struct xdp_md *ctx, u32 from) {
    u8 *at = DATA(ctx), *end = END(ctx);
    u32 tags = 0;

    if (from >= FRAMES * SIZE)
        return 0;
    at += from;
    if (at + 42 > end)
        return 0;
    u32 proto = be16_at(at + 12);
    at += 14;
    for (; tags < 2 && proto == 0x8100; tags++) {
        proto = be16_at(at + 2);
        at += 4;
    }
    if (proto != 0x0800 || at[9] != 6)
        return tags;
    u32 len = be16_at(at + 2);
    u8 *tcp = at + (at[0] & 15) * 4;
    if (tcp + 20 > end)
        return len;
    u32 ports = be16_at(tcp) ^ be16_at(tcp + 2), left = (tcp[12] >> 4) * 4;
    u32 mss = 0, scale = 0, stamp = 0;
    u8 *opt = tcp + 20;
    for (u32 k = 0; k < 8 && left > 20; k++) {
        if (opt + 8 > end || opt[0] == 0)
            break;
        if (opt[0] == 1) {
            opt++;
            left--;
            continue;
        }
        if (opt[0] == 2)
            mss = be16_at(opt + 2);
        else if (opt[0] == 3)
            scale = opt[2];
        else if (opt[0] == 8)
            stamp = be16_at(opt + 2) << 16 | be16_at(opt + 4);
        if (opt[1] < 2)
            break;
        left -= opt[1];
        opt += opt[1];
    }
    return len ^ ports ^ tags ^ mss ^ scale << 8 ^ stamp ^ left;
}

SEC("xdp")
int header_parse(struct xdp_md *ctx) {
    PACKET(ctx, p, FRAMES * SIZE);
    u32 sum = p[0];

    for (u32 i = 0; i < FRAMES * SIZE; i += SIZE)
        sum = sum * 31 + header_parse_one(ctx, i);
    return sum;
}
LICENSED

#ifdef NATIVE
void header_parse_input(u8 *buf, size_t n) {
    static const u8 opts[] = {2, 4, 5, 180, 4, 2, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 3, 3, 7};
    for (size_t i = 0; i < n; i++)
        buf[i] = (u8)(i * 7 + i / SIZE);
    for (u32 f = 0; f < FRAMES; f++) {
        u8 *at = buf + f * SIZE + 12;
        for (u32 t = 0; t < f % 3; t++, at += 4)
            at[0] = 0x81, at[1] = 0;
        at[0] = 8, at[1] = 0;
        at += 2;
        u32 ihl = 5 + f % 4;
        at[0] = 0x40 | ihl;
        at[9] = f == 5 ? 17 : 6;
        at += 4 * ihl;
        at[12] = f % 5 == 4 ? 0x50 : 0xa0;
        memcpy(at + 20, opts, sizeof opts);
    }
}
#endif
