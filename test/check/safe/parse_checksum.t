# a sum over at most 40 words of a header
-- c
#include "../check.h"
SEC("xdp") int prog(struct xdp_md *ctx) {
    u8 *p = XDP_DATA(ctx), *end = XDP_END(ctx);
    u32 sum = 0;
    for (u32 i = 0; i < 40; i++) {
        u16 *w = (u16 *)p + i;
        if ((u8 *)(w + 1) > end)
            break;
        sum += *w;
    }
    return sum & 1 ? 1 : 2;
}
-- accepted prog
