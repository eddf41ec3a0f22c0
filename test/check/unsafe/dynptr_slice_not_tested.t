# the packet may be shorter
-- c
#include "../check.h"
SEC("xdp") int prog(struct xdp_md *ctx) {
    struct bpf_dynptr p;
    u8 buf[14], *e;
    bpf_dynptr_from_xdp(ctx, 0, &p);
    e = bpf_dynptr_slice(&p, 0, buf, sizeof buf);
    return e[0];
}
-- rejected prog: null-check: prog: insn * (dynptr_slice_not_tested.t:9): r0 may be null: r0 = memory, or null, 14 bytes
-- kernel rejects R0 invalid mem access 'rdonly_mem_or_null'
