# pointers are read again behind a global function that may move the packet
-- c
#include "../check.h"
GLOBAL int grow(struct xdp_md *ctx) {
    return bpf_xdp_adjust_head(ctx, -8);
}
SEC("xdp") int prog(struct xdp_md *ctx) {
    u8 *p;
    if (grow(ctx))
        return 2;
    p = XDP_DATA(ctx);
    return p + 14 > XDP_END(ctx) ? 2 : p[13] & 3;
}
-- accepted prog
