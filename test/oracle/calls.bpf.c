/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* calls.bpf.c - BPF-to-BPF calls, callbacks and loops of every kind. */
#include "oracle.h"

u32 n = 10;

static NOINLINE u64 deepest(u64 *p, u64 x) {
    volatile u64 frame[20] = {x, x + 1};
    *p += frame[1];
    return frame[0] * 3;
}
static NOINLINE u64 d7(u64 *p, u64 x) {
    return deepest(p, x + 1) + 7;
}
static NOINLINE u64 d6(u64 *p, u64 x) {
    return d7(p, x + 1) * 3 + *p;
}
static NOINLINE u64 d5(u64 *p, u64 x) {
    return d6(p, x + 1) + 5;
}
static NOINLINE u64 d4(u64 *p, u64 x) {
    return d5(p, x + 1) ^ 4;
}
static NOINLINE u64 d3(u64 *p, u64 x) {
    return d4(p, x + 1) - 3;
}
static NOINLINE u64 d2(u64 *p, u64 x) {
    volatile u8 local[16] = {x};
    u64 r = d3(p, x + 1);
    return r + local[0];
}
SEC("xdp") int eight_frames(struct xdp_md *ctx) {
    u64 shared = n;
    OUT(d2(&shared, n));
    OUT(shared);
    return XDP_PASS;
}
CASE(calls_eight_frames: run eight_frames)

GLOBAL u64 five(u64 a, u64 b, u64 c, u64 d, u64 e) {
    return a + b * 10 + c * 100 + d * 1000 + e * 10000;
}
GLOBAL u32 narrow(u8 a, s16 b, u32 c) {
    return a + b + c;
}
GLOBAL int sum_of(struct out_rec *r) {
    if (!r)
        return -1;
    r->pad = 3;
    return r->line + (int)r->value;
}
SEC("tc") int arguments(struct __sk_buff *skb) {
    struct out_rec rec = {100, 0, 23};
    OUT(five(1, 2, 3, n, 5));
    OUT(narrow(n + 250, -n, 0xfffffff0));
    OUT(sum_of(&rec));
    OUT(rec.pad);
    OUT(sum_of(NULL));
    return TC_ACT_OK;
}
CASE(calls_arguments: run arguments)

struct acc {
    u64 sum;
    u32 times;
};
static long step(u32 i, struct acc *a) {
    a->sum = a->sum * 3 + i;
    a->times++;
    return 0;
}
static long until(u32 i, struct acc *a) {
    a->times++;
    return i == n;
}
static long odd_result(u32 i, struct acc *a) {
    return 1;
}
SEC("xdp") int loop(struct xdp_md *ctx) {
    struct acc a = {};
    OUT(bpf_loop(n, step, &a, 0));
    OUT(a.sum);
    OUT(bpf_loop(0, step, &a, 0));
    OUT(bpf_loop(100000, until, &a, 0));
    OUT(a.times);
    OUT(bpf_loop(5, odd_result, &a, 0));
    OUT(bpf_loop(5, step, &a, 1));
    OUT((s32)bpf_loop((1 << 23) + 1, step, &a, 0)); /* the verifier inlines it, and then leaves the upper half 0 */
    OUT((s32)bpf_loop(0xffffffff, step, &a, 0));
    return XDP_PASS;
}
CASE(loop_helper: run loop)

u64 inner_sum;
static long inner(u32 j, u64 *i) {
    inner_sum += *i * 100 + j;
    return j == 3;
}
static long outer(u32 i, void *none) {
    u64 local = i;
    bpf_loop(7, inner, &local, 0);
    return 0;
}
SEC("xdp") int nested_loop(struct xdp_md *ctx) {
    OUT(bpf_loop(n, outer, NULL, 0));
    OUT(inner_sum);
    return XDP_PASS;
}
CASE(loop_nested: set n=50; run nested_loop udp4 x2)

SEC("xdp") int packet_loop(struct xdp_md *ctx) {
    u8 *p = DATA(ctx), *end = DATA_END(ctx);
    u32 sum = 0;
    for (int i = 0; i < 256; i++) {
        if (p + i + 1 > end)
            break;
        sum = sum * 5 + p[i];
    }
    OUT(sum);
    return sum;
}
CASE(loop_over_packet: run packet_loop udp4; run packet_loop tcp4:150:3; run packet_loop rand:14:1;
     run packet_loop udp4:400:1)
