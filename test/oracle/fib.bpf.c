/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fib.bpf.c - bpf_fib_lookup: only what does not depend on a routing table. */
#include "oracle.h"

struct fib {
    u8 family, l4_protocol;
    u16 sport, dport, tot_len;
    u32 ifindex;
    u8 rest[52];
};
SEC("xdp") int fib(struct xdp_md *ctx) {
    struct fib f = {.family = 2, .ifindex = 1};
    OUT(bpf_fib_lookup(ctx, &f, 63, 0));
    OUT(bpf_fib_lookup(ctx, &f, 64, 1 << 12));
    return XDP_PASS;
}
CASE(fib_lookup_bad_arguments: run fib)
