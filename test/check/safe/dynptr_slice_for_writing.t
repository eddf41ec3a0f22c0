# a slice that is for writing
-- c
#include "../check.h"
SEC("xdp") int prog(struct xdp_md *ctx) {
    struct bpf_dynptr p;
    u8 buf[14], *e;
    bpf_dynptr_from_xdp(ctx, 0, &p);
    e = bpf_dynptr_slice_rdwr(&p, 0, buf, sizeof buf);
    if (e)
        e[0] = 2;
    return 2;
}
-- accepted prog
