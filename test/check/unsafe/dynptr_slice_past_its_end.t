# 14 bytes were asked for
-- c
#include "../check.h"
SEC("xdp") int prog(struct xdp_md *ctx) {
    struct bpf_dynptr p;
    u8 buf[16], *e;
    bpf_dynptr_from_xdp(ctx, 0, &p);
    e = bpf_dynptr_slice(&p, 0, buf, 14);
    return e ? e[14] : 0;
}
-- rejected prog: out-of-bounds: prog: insn * (dynptr_slice_past_its_end.t:9): read of 1 byte outside the memory: r0 = memory, 14 bytes, and the access ends at 15
-- kernel rejects R0 min value is outside of the allowed memory range
