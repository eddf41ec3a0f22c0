# a helper for GPL programs in one that is not
-- c
#include "bpf.h"
SEC("xdp") int prog(struct xdp_md *ctx) { bpf_printk("hi"); return 0; }
char LICENSE[] SEC("license") = "Proprietary";
-- error bpf_trace_printk (6)
