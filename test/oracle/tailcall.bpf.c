/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tailcall.bpf.c - program arrays: chains, holes, the limit of 33, calls from subprograms. */
#include "oracle.h"

int last(struct xdp_md *ctx);
int again(struct xdp_md *ctx);
struct {
    __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
    __uint(max_entries, 5);
    __uint(key_size, 4);
    __array(values, int(void *));
} table SEC(".maps") = {.values = {[1] = (void *)&last, [4] = (void *)&again}};
struct {
    __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
    __uint(max_entries, 4);
    __type(key, u32);
    __type(value, u32);
} later SEC(".maps");

u32 depth, wanted = 1;

SEC("xdp") int last(struct xdp_md *ctx) {
    OUT(depth);
    return 77;
}
SEC("xdp") int again(struct xdp_md *ctx) {
    depth++;
    bpf_tail_call(ctx, &table, 4);
    OUT(depth); /* the 34th does not go */
    depth = 0;
    return 55;
}
SEC("xdp") int start(struct xdp_md *ctx) {
    bpf_tail_call(ctx, &table, wanted);
    OUT(wanted);
    return 33;
}
CASE(tailcall_static: run start)
CASE(tailcall_hole: set wanted=2; run start)
CASE(tailcall_past_end: set wanted=5; run start)
CASE(tailcall_far_index: set wanted=-1; run start)
CASE(tailcall_limit: set wanted=4; run start udp4 x2)
CASE(tailcall_limit_direct: run again)

SEC("tc") int third(struct __sk_buff *skb) {
    skb->mark += 3;
    return skb->mark;
}
SEC("tc") int second(struct __sk_buff *skb) {
    skb->mark += 20;
    skb->cb[1] = 9;
    bpf_tail_call(skb, &later, skb->cb[0]);
    return 2;
}
SEC("tc") int first(struct __sk_buff *skb) {
    skb->mark = 100;
    bpf_tail_call(skb, &later, 0);
    return 1;
}
CASE(tailcall_host: run first; prog later 0 second; run first; prog later 3 third; run first udp4 cb:3;
     run first udp4 cb:2; del later u32:0; del later u32:0; del later u32:9; run first udp4 cb:3)
CASE(tailcall_replace: prog later 0 second; prog later 0 third; run first; prog later 4 third; run first)

static NOINLINE int from_sub(struct xdp_md *ctx, u32 index) {
    volatile u64 frame[4] = {1, 2, 3, 4};
    bpf_tail_call(ctx, &table, index);
    return frame[index & 3];
}
SEC("xdp") int outer(struct xdp_md *ctx) {
    u32 kept = ctx->data_end - ctx->data;
    int r = from_sub(ctx, wanted);
    OUT(r);
    OUT(kept);
    return r + 1;
}
CASE(tailcall_in_subprogram: run outer)
CASE(tailcall_in_subprogram_misses: set wanted=2; run outer)
CASE(tailcall_in_subprogram_limit: set wanted=4; run outer)
