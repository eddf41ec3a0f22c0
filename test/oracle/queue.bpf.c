/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* queue.bpf.c - queues, stacks and Bloom filters. */
#include "oracle.h"

struct {
    __uint(type, BPF_MAP_TYPE_QUEUE);
    __uint(max_entries, 4);
    __type(value, u32);
} q SEC(".maps");
struct {
    __uint(type, BPF_MAP_TYPE_STACK);
    __uint(max_entries, 4);
    __type(value, u32);
} s SEC(".maps");
struct {
    __uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
    __uint(max_entries, 1000);
    __uint(map_extra, 5);
    __type(value, u64);
} bloom SEC(".maps");

#define BODY(map)                                                                                                      \
    u32 v = 0;                                                                                                         \
    OUT(bpf_map_pop_elem(&map, &v));                                                                                   \
    OUT(v);                                                                                                            \
    v = 5;                                                                                                             \
    OUT(bpf_map_peek_elem(&map, &v));                                                                                  \
    OUT(v); /* an empty one zeroes it */                                                                               \
    for (u32 i = 1; i < 7; i++) {                                                                                      \
        v = i;                                                                                                         \
        OUT(bpf_map_push_elem(&map, &v, 0));                                                                           \
    }                                                                                                                  \
    v = 50;                                                                                                            \
    OUT(bpf_map_push_elem(&map, &v, BPF_EXIST)); /* the oldest goes */                                                 \
    OUT(bpf_map_push_elem(&map, &v, BPF_NOEXIST));                                                                     \
    OUT(bpf_map_push_elem(&map, &v, 8));                                                                               \
    OUT(bpf_map_peek_elem(&map, &v));                                                                                  \
    OUT(v);                                                                                                            \
    OUT(bpf_map_pop_elem(&map, &v));                                                                                   \
    OUT(v);                                                                                                            \
    OUT(bpf_map_pop_elem(&map, &v));                                                                                   \
    OUT(v);                                                                                                            \
    v = 60;                                                                                                            \
    OUT(bpf_map_push_elem(&map, &v, 0))

SEC("xdp") int queue(struct xdp_md *ctx) {
    BODY(q);
    return XDP_PASS;
}
SEC("xdp") int stack(struct xdp_md *ctx) {
    BODY(s);
    return XDP_PASS;
}
CASE(queue: run queue udp4 x2)
CASE(stack: run stack udp4 x2)
CASE(queue_host: get q none; put q none u32:1; put q none u32:2 1; put q none u32:3 2; put q none u32:4;
     put q none u32:5; put q none u32:6; put q none u32:7 2; get q none; take q none; del q none; run queue)
CASE(stack_host: take s none; put s none u32:1; put s none u32:2; put s none u32:3; put s none u32:4; put s none u32:5;
     put s none u32:6 2; get s none; take s none; run stack)

u32 missing, wrong;
GLOBAL int put_one(u64 i) {
    u64 v = i * 0x9e3779b97f4a7c15;
    missing += bpf_map_push_elem(&bloom, &v, 0) != 0;
    return 0;
}
GLOBAL int ask_one(u64 i) {
    u64 v = i * 0x9e3779b97f4a7c15;
    long r = bpf_map_peek_elem(&bloom, &v);
    if (i < 200)
        missing += r != 0;
    else if (r == 0)
        wrong++;
    else if (r != -2)
        missing++;
    return 0;
}
SEC("xdp") int filter(struct xdp_md *ctx) {
    for (u32 i = 0; i < 200; i++)
        put_one(i);
    for (u32 i = 0; i < 400; i++)
        ask_one(i);
    OUT(missing);
    OUT(wrong < 20); /* false positives are few */
    wrong = 0;
    u64 v = 1;
    OUT(bpf_map_push_elem(&bloom, &v, BPF_NOEXIST));
    OUT(bpf_map_push_elem(&bloom, &v, BPF_EXIST));
    v = 0x1234567;
    OUT(bpf_map_peek_elem(&bloom, &v));
    return XDP_PASS;
}
CASE(bloom: put bloom none u64:0x1234567; put bloom none u64:2 1; take bloom none; run filter)
