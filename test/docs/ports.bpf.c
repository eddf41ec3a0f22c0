/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception - the program of docs/CHECKER.md: nobody compared tcp with end. */
#include "../../examples/bpf/bpf.h"

SEC("xdp") int ports(struct xdp_md *ctx) {
    unsigned char *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
    if (data + 15 > end)
        return XDP_PASS;
    u32 ihl = (data[14] & 15) * 4;
    u16 *tcp = (void *)(data + 14 + ihl);
    return tcp[1] == 80 ? XDP_DROP : XDP_PASS;
}
