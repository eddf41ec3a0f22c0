# the packet moved under the slice
-- c
#include "../check.h"
SEC("xdp") int prog(struct xdp_md *ctx) {
    struct bpf_dynptr p;
    u8 buf[14], *e;
    bpf_dynptr_from_xdp(ctx, 0, &p);
    e = bpf_dynptr_slice(&p, 0, buf, sizeof buf);
    if (!e)
        return 1;
    bpf_xdp_adjust_head(ctx, 4);
    return e[0];
}
-- rejected prog: not-a-pointer: prog: insn * (dynptr_slice_after_move.t:12): read of 1 byte at an address that is a number: r7 = any number
-- kernel rejects R7 invalid mem access 'scalar'
