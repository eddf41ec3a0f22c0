/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* xdp.bpf.c - fields of xdp_md, moving the ends of a packet, metadata, copies. */
#include "oracle.h"

SEC("xdp") int fields(struct xdp_md *ctx) {
    OUT(ctx->data_end - ctx->data);
    OUT(ctx->data - ctx->data_meta);
    OUT(ctx->ingress_ifindex);
    OUT(ctx->rx_queue_index);
    OUT(bpf_xdp_get_buff_len(ctx));
    return XDP_DROP;
}
CASE(xdp_fields: run fields udp4; run fields arp; run fields udp4 meta:8; run fields rand:1500:1)

s32 delta;
SEC("xdp") int head(struct xdp_md *ctx) {
    OUT(bpf_xdp_adjust_head(ctx, delta));
    u8 *p = DATA(ctx), *end = DATA_END(ctx);
    OUT(end - p);
    if (p + 14 > end)
        return XDP_ABORTED;
    memcpy(p, "0123456789abcd", 14);
    return XDP_TX;
}
CASE(xdp_head_pull: set delta=14; run head udp4)
CASE(xdp_head_push: set delta=-20; run head udp4)
CASE(xdp_head_push_all: set delta=-216; run head udp4)
CASE(xdp_head_push_too_far: set delta=-217; run head udp4)
CASE(xdp_head_pull_most: set delta=60; run head udp4)
CASE(xdp_head_pull_too_far: set delta=61; run head udp4)
CASE(xdp_head_overflow: set delta=0x7fffffff; run head udp4)
CASE(xdp_head_underflow: set delta=-0x80000000; run head udp4)
CASE(xdp_head_with_meta: set delta=-16; run head udp4 meta:8)
CASE(xdp_head_over_meta: set delta=-210; run head udp4 meta:8)

SEC("xdp") int tail(struct xdp_md *ctx) {
    OUT(bpf_xdp_adjust_tail(ctx, delta));
    OUT(ctx->data_end - ctx->data);
    OUT(bpf_xdp_get_buff_len(ctx));
    return XDP_PASS;
}
CASE(xdp_tail_shrink: set delta=-10; run tail udp4)
CASE(xdp_tail_grow: set delta=100; run tail udp4)
CASE(xdp_tail_grow_most: set delta=3446; run tail udp4)
CASE(xdp_tail_grow_too_far: set delta=3447; run tail udp4)
CASE(xdp_tail_shrink_most: set delta=-60; run tail udp4)
CASE(xdp_tail_shrink_too_far: set delta=-61; run tail udp4)
CASE(xdp_tail_overflow: set delta=0x7fffffff; run tail udp4)
CASE(xdp_tail_twice: set delta=-30; run shrink_grow udp4)

SEC("xdp") int shrink_grow(struct xdp_md *ctx) { /* what grows back is zero */
    OUT(bpf_xdp_adjust_tail(ctx, delta));
    OUT(bpf_xdp_adjust_tail(ctx, -delta));
    return XDP_PASS;
}

SEC("xdp") int meta(struct xdp_md *ctx) {
    OUT(bpf_xdp_adjust_meta(ctx, delta));
    u8 *m = DATA_META(ctx), *p = DATA(ctx);
    OUT(p - m);
    if (m + 4 <= p)
        *(u32 *)m = 0xa5a5a5a5;
    OUT(bpf_xdp_adjust_meta(ctx, 2));
    OUT(bpf_xdp_adjust_meta(ctx, 4));
    OUT(ctx->data - ctx->data_meta);
    OUT(bpf_xdp_adjust_head(ctx, 4));
    OUT(ctx->data - ctx->data_meta);
    return XDP_PASS;
}
CASE(xdp_meta_8: set delta=-8; run meta udp4)
CASE(xdp_meta_odd: set delta=-6; run meta udp4)
CASE(xdp_meta_32: set delta=-32; run meta udp4)
CASE(xdp_meta_36: set delta=-36; run meta udp4)
CASE(xdp_meta_252: set delta=-252; run meta udp4)
CASE(xdp_meta_forward: set delta=8; run meta udp4)
CASE(xdp_meta_given: set delta=-4; run meta udp4 meta:16)
CASE(xdp_meta_given_less: set delta=12; run meta udp4 meta:16)

SEC("xdp") int copies(struct xdp_md *ctx) {
    u8 b[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    u32 len = bpf_xdp_get_buff_len(ctx);
    OUT(bpf_xdp_store_bytes(ctx, 0, b, 3));
    OUT(bpf_xdp_store_bytes(ctx, len - 16, b, 16));
    OUT(bpf_xdp_store_bytes(ctx, len - 15, b, 16));
    OUT(bpf_xdp_load_bytes(ctx, 6, b, 16));
    OUT_BYTES(b, 16);
    OUT(bpf_xdp_load_bytes(ctx, len - 1, b, 1));
    OUT(bpf_xdp_load_bytes(ctx, len, b, 1));
    OUT(bpf_xdp_load_bytes(ctx, 0xffffffff, b, 2));
    OUT(bpf_xdp_load_bytes(ctx, 0x10000, b, 2));
    OUT_BYTES(b, 16);
    return XDP_PASS;
}
CASE(xdp_copies: run copies udp4; run copies arp; run copies tcp6:500:2)

SEC("xdp") int encapsulate(struct xdp_md *ctx) {
    if (bpf_xdp_adjust_head(ctx, -20))
        return XDP_ABORTED;
    u8 *p = DATA(ctx), *end = DATA_END(ctx);
    if (p + 54 > end)
        return XDP_ABORTED;
    memcpy(p, p + 20, 14);
    struct iphdr *ip = (void *)(p + 14), *old = (void *)(p + 34);
    *ip = *old;
    ip->protocol = 4;
    ip->len = htons(ntohs(old->len) + 20);
    ip->check = 0;
    u32 sum = 0;
    u16 *half = (u16 *)ip;
    for (int i = 0; i < 10; i++)
        sum += half[i];
    sum = (sum & 0xffff) + (sum >> 16);
    ip->check = ~((sum & 0xffff) + (sum >> 16));
    return XDP_TX;
}
CASE(xdp_encapsulate: run encapsulate udp4; run encapsulate tcp4:700:8)

SEC("xdp.frags") int frags(struct xdp_md *ctx) {
    OUT(bpf_xdp_get_buff_len(ctx));
    return XDP_PASS;
}
CASE(xdp_frags_section: run frags udp4)
