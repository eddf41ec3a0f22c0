# A packet, twice; what it is after the run; what was printed.
-- c
#include "bpf.h"
const volatile u8 mark = 1;
u64 seen;

SEC("xdp")
int swap(struct xdp_md *ctx)
{
    u8 *p = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
    if (p + 2 > end)
        return XDP_DROP;
    u8 t = p[0];
    p[0] = p[1];
    p[1] = t + mark;
    bpf_printk("packet %d", (int)++seen);
    return XDP_TX;
}

char LICENSE[] SEC("license") = "GPL";
-- options
set mark=3
-- mem
10 20 30
-- result 3
-- mem-out
20 13 30
-- print
packet 1
-- mem
01
-- result 1
-- mem-out
01
