/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ringbuf.bpf.c - ring buffers: records, reservations, what fits, queries. */
#include "oracle.h"

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
} rb SEC(".maps");
struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 65536);
} big SEC(".maps");
struct event {
    u64 n;
    u32 len;
    u8 head[20];
};

SEC("xdp") int record(struct xdp_md *ctx) {
    static u64 n;
    u8 *p = DATA(ctx);
    if (p + 20 > (u8 *)DATA_END(ctx))
        return XDP_DROP;
    struct event *e = bpf_ringbuf_reserve(&rb, sizeof *e, 0);
    if (!e)
        return XDP_ABORTED;
    e->n = n++;
    e->len = ctx->data_end - ctx->data;
    memcpy(e->head, p, 20);
    if (n % 3 == 0)
        bpf_ringbuf_discard(e, 0);
    else
        bpf_ringbuf_submit(e, n % 2 ? 1 : 2); /* BPF_RB_NO_WAKEUP, BPF_RB_FORCE_WAKEUP */
    return XDP_PASS;
}
CASE(ringbuf_records: run record udp4:30:4 x4; run record tcp6:10:1 x3; run record arp)
CASE(ringbuf_fills: run record udp4 x100)

SEC("tc") int output(struct __sk_buff *skb) {
    u8 data[32] = {1, 2, 3};
    data[31] = 9;
    OUT(bpf_ringbuf_output(&rb, data, 1, 0));
    OUT(bpf_ringbuf_output(&rb, data, 7, 0));
    OUT(bpf_ringbuf_output(&rb, data, 8, 1));
    OUT(bpf_ringbuf_output(&rb, data, 32, 2));
    OUT(bpf_ringbuf_output(&rb, data, 9, 3));
    OUT(bpf_ringbuf_output(&rb, data, 9, 4));
    OUT(bpf_ringbuf_output(&rb, data, 9, 1ull << 63));
    for (u64 i = 0; i < 6; i++)
        OUT(bpf_ringbuf_query(&rb, i));
    OUT(bpf_ringbuf_query(&big, 1));
    return TC_ACT_OK;
}
CASE(ringbuf_output: run output udp4 x2)

u32 fitted;
GLOBAL int fill(u64 word) {
    fitted += bpf_ringbuf_output(&rb, &word, 8, 0) == 0;
    return 0;
}
SEC("tc") int limits(struct __sk_buff *skb) {
    void *r = bpf_ringbuf_reserve(&rb, 4096, 0);
    OUT(r == NULL);
    if (r)
        bpf_ringbuf_discard(r, 0);
    r = bpf_ringbuf_reserve(&rb, 4088, 0);
    OUT(r == NULL);
    if (r)
        bpf_ringbuf_discard(r, 0);
    r = bpf_ringbuf_reserve(&rb, 4080, 0);
    OUT(r == NULL);
    if (r) {
        memset(r, 0x5a, 64);
        memset(r + 64, 0, 512);
        bpf_ringbuf_discard(r, 0);
    }
    OUT(bpf_ringbuf_query(&rb, 0));
    OUT(bpf_ringbuf_query(&rb, 3));
    for (u32 i = 0; i < 600; i++)
        fill(i);
    r = bpf_ringbuf_reserve(&rb, 8, 1);
    OUT(r == NULL);
    if (r)
        bpf_ringbuf_submit(r, 0);
    r = bpf_ringbuf_reserve(&big, 1ull << 31, 0);
    OUT(r == NULL);
    if (r)
        bpf_ringbuf_submit(r, 0);
    return TC_ACT_OK;
}
CASE(ringbuf_limits: run limits)

SEC("xdp") int nested(struct xdp_md *ctx) {
    u64 *a = bpf_ringbuf_reserve(&rb, 16, 0), *b = bpf_ringbuf_reserve(&rb, 24, 0);
    if (a) {
        a[0] = 1;
        a[1] = 2;
    }
    if (b) {
        b[0] = 3;
        b[1] = 4;
        b[2] = a != NULL;
        bpf_ringbuf_submit(b, 0);
    }
    OUT(bpf_ringbuf_query(&rb, 0));
    if (a)
        bpf_ringbuf_submit(a, 0); /* out of order: the reader waits for the first */
    OUT(bpf_ringbuf_query(&rb, 0));
    return XDP_PASS;
}
CASE(ringbuf_nested: run nested udp4 x3)
