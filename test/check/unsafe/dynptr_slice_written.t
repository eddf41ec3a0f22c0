# a slice that is for reading
-- c
#include "../check.h"
SEC("xdp") int prog(struct xdp_md *ctx) {
    struct bpf_dynptr p;
    u8 buf[14], *e;
    bpf_dynptr_from_xdp(ctx, 0, &p);
    e = bpf_dynptr_slice(&p, 0, buf, sizeof buf);
    if (e)
        e[0] = 1;
    return 2;
}
-- rejected prog: read-only: prog: insn * (dynptr_slice_written.t:10): write of 1 byte: a store to memory that may only be read: r0 = memory, 14 bytes
-- kernel rejects R0 cannot write into rdonly_mem
