/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* csum.bpf.c - Internet checksums: differences, and patches in headers. */
#include "oracle.h"

enum { BPF_F_RECOMPUTE_CSUM = 1, BPF_F_PSEUDO_HDR = 16, BPF_F_MARK_MANGLED_0 = 32, BPF_F_MARK_ENFORCE = 64 };
u32 words[16] = {0x12345678, 0xffffffff, 0x00010000, 0xdeadbeef, 0x80000000, 1, 2, 3, 0xfffffffe, 0x0a000001};

static ALWAYS_INLINE u32 folded(s64 sum) { /* before Linux 6.13 the result came unfolded */
    u32 s = sum;
    s = (s & 0xffff) + (s >> 16);
    return (s & 0xffff) + (s >> 16);
}
#define EACH(how)                                                                                                      \
    u32 a[16], b[16];                                                                                                  \
    memcpy(a, words, 64);                                                                                              \
    for (u32 i = 0; i < 16; i++)                                                                                       \
        b[i] = a[15 - i] * 7 + i;                                                                                      \
    OUT(how(bpf_csum_diff(NULL, 0, a, 64, 0)));                                                                        \
    OUT(how(bpf_csum_diff(a, 64, NULL, 0, 0)));                                                                        \
    OUT(how(bpf_csum_diff(a, 64, b, 64, 0)));                                                                          \
    OUT(how(bpf_csum_diff(a, 4, b, 4, 0x1234)));                                                                       \
    OUT(how(bpf_csum_diff(a, 4, b, 20, 0xffffffff)));                                                                  \
    OUT(how(bpf_csum_diff(a, 40, b, 8, 0xffff)));                                                                      \
    OUT(how(bpf_csum_diff(a, 8, a, 8, 0)));                                                                            \
    OUT(how(bpf_csum_diff(NULL, 0, NULL, 0, 77)))

SEC("tc") int diff(struct __sk_buff *skb) {
    EACH(folded);
    return TC_ACT_OK;
}
CASE(csum_diff: run diff)
SEC("xdp") int diff_whole(struct xdp_md *ctx) {
    EACH();
    return XDP_PASS;
}
CASE(csum_diff_unfolded: kernel 6.13; run diff_whole)
SEC("xdp") int odd_lengths(struct xdp_md *ctx) {
    u32 a[4] = {0x12345678, 0x9abcdef0, 5, 6}, b[4] = {0xffffffff, 1, 2, 3};
    OUT(bpf_csum_diff(a, 3, b, 4, 0));
    OUT(bpf_csum_diff(a, 4, b, 6, 0));
    OUT(bpf_csum_diff(NULL, 0, b, 1, 0));
    return XDP_PASS;
}
CASE(csum_diff_odd_lengths: kernel 6.13; run odd_lengths)

SEC("tc") int nat(struct __sk_buff *skb) {
    u32 old, fresh = 0x0100a8c0;
    u16 old_port, port = htons(4242);
    OUT(bpf_skb_load_bytes(skb, 26, &old, 4));
    OUT(bpf_skb_load_bytes(skb, 34, &old_port, 2));
    OUT(bpf_l4_csum_replace(skb, 40, old, fresh, BPF_F_PSEUDO_HDR | BPF_F_MARK_MANGLED_0 | 4));
    OUT(bpf_l4_csum_replace(skb, 40, old_port, port, BPF_F_MARK_MANGLED_0 | 2));
    OUT(bpf_l3_csum_replace(skb, 24, old, fresh, 4));
    OUT(bpf_skb_store_bytes(skb, 26, &fresh, 4, 0));
    OUT(bpf_skb_store_bytes(skb, 34, &port, 2, 0));
    return TC_ACT_OK;
}
CASE(csum_nat: run nat udp4; run nat udp4:33:9)

SEC("tc") int codes(struct __sk_buff *skb) {
    OUT(bpf_l3_csum_replace(skb, 24, 0, 0x1234, 0));
    OUT(bpf_l3_csum_replace(skb, 24, 0x1234, 0x4321, 2));
    OUT(bpf_l3_csum_replace(skb, 24, 5, 6, 3));
    OUT(bpf_l3_csum_replace(skb, 24, 5, 6, 8));
    OUT(bpf_l3_csum_replace(skb, 24, 5, 6, 0));
    OUT(bpf_l3_csum_replace(skb, 25, 5, 6, 2));
    OUT(bpf_l3_csum_replace(skb, 0xffff, 5, 6, 2));
    OUT(bpf_l3_csum_replace(skb, 0x10000, 5, 6, 2));
    OUT(bpf_l3_csum_replace(skb, 3000, 5, 6, 2));
    OUT(bpf_l3_csum_replace(skb, 24, 5, 6, 16 | 2));
    OUT(bpf_l4_csum_replace(skb, 40, 0, 0x4321, 0));
    OUT(bpf_l4_csum_replace(skb, 40, 3, 0x4321, 0));
    OUT(bpf_l4_csum_replace(skb, 41, 3, 4, 2));
    OUT(bpf_l4_csum_replace(skb, 40, 3, 4, 1));
    OUT(bpf_l4_csum_replace(skb, 40, 3, 4, 256 | 2));
    OUT(bpf_l4_csum_replace(skb, 4000, 3, 4, 2));
    return TC_ACT_OK;
}
CASE(csum_replace_codes: run codes)

SEC("tc") int zero_sum(struct __sk_buff *skb) {
    u16 zero = 0;
    OUT(bpf_skb_store_bytes(skb, 40, &zero, 2, 0));
    OUT(bpf_l4_csum_replace(skb, 40, 1, 2, BPF_F_MARK_MANGLED_0 | 2)); /* none was there: stays so */
    OUT(bpf_l4_csum_replace(skb, 40, 1, 2, BPF_F_MARK_MANGLED_0 | BPF_F_MARK_ENFORCE | 2));
    OUT(bpf_l4_csum_replace(skb, 40, 1, 2, 4));
    return TC_ACT_OK;
}
CASE(csum_none: run zero_sum)

SEC("tc") int state(struct __sk_buff *skb) {
    OUT(bpf_csum_update(skb, 0x1234));
    for (u32 i = 0; i < 5; i++)
        OUT(bpf_csum_level(skb, i));
    return TC_ACT_OK;
}
CASE(csum_level: run state)
