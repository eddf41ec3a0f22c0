/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* hello.bpf.c - the first program of every eBPF course: greet each packet, count them.
 * The counter is a global variable; it lives in .bss, which is a map of one value. */
#include "bpf.h"

u32 packets;

SEC("xdp")
int hello(struct xdp_md *ctx) {
    packets++;
    bpf_printk("Hello, packet %d: %d bytes", packets, ctx->data_end - ctx->data);
    return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL"; /* trace_printk is for GPL-compatible programs */
