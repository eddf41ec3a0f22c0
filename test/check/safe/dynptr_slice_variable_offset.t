# the offset is a number of the run, the length is not
-- c
#include "../check.h"
SEC("xdp") int prog(struct xdp_md *ctx) {
    struct bpf_dynptr p;
    u8 buf[8], *e;
    bpf_dynptr_from_xdp(ctx, 0, &p);
    e = bpf_dynptr_slice(&p, ctx->rx_queue_index, buf, sizeof buf);
    return e ? e[7] & 3 : 2;
}
-- accepted prog
