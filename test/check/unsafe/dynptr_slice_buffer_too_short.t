# 14 bytes, and a buffer of 8
-- c
#include "../check.h"
SEC("xdp") int prog(struct xdp_md *ctx) {
    struct bpf_dynptr p;
    u8 buf[8], *e;
    bpf_dynptr_from_xdp(ctx, 0, &p);
    e = bpf_dynptr_slice(&p, 0, buf, 14);
    return e ? e[0] : 0;
}
-- rejected prog: dynptr: prog: insn * (dynptr_slice_buffer_too_short.t:8): a dynptr that is not initialised, already is, or is of another kind (bpf_dynptr_slice): r3 = stack - 24
-- kernel rejects arg#2 arg#3 memory, len pair leads to invalid memory access
