/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lpm.bpf.c - longest prefix match for IPv4 and IPv6. */
#include "oracle.h"

struct v4 {
    u32 bits;
    u8 addr[4];
};
struct v6 {
    u32 bits;
    u8 addr[16];
};
struct {
    __uint(type, BPF_MAP_TYPE_LPM_TRIE);
    __uint(max_entries, 600);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct v4);
    __type(value, u32);
} t4 SEC(".maps");
struct {
    __uint(type, BPF_MAP_TYPE_LPM_TRIE);
    __uint(max_entries, 600);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct v6);
    __type(value, u64);
} t6 SEC(".maps");
struct {
    __uint(type, BPF_MAP_TYPE_LPM_TRIE);
    __uint(max_entries, 3);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct v4);
    __type(value, u32);
} tiny SEC(".maps");

SEC("xdp") int source(struct xdp_md *ctx) {
    u8 *p = DATA(ctx), *end = DATA_END(ctx);
    struct v4 k = {32};
    if (p + 34 > end)
        return XDP_DROP;
    memcpy(k.addr, p + 26, 4);
    u32 *v = bpf_map_lookup_elem(&t4, &k);
    return v ? *v : XDP_PASS;
}
CASE(lpm_source: put t4 u32:8,ip:10.0.0.0 u32:1; put t4 u32:0,ip:0.0.0.0 u32:3; run source udp4; run source tcp4:1:9;
     del t4 u32:8,ip:10.0.0.0; run source udp4; del t4 u32:0,ip:0.0.0.0; run source udp4; run source arp)

GLOBAL int ask(u32 a, u32 b, u32 c, u32 d, u32 bits) {
    struct v4 k = {bits, {a, b, c, d}};
    u32 *v = bpf_map_lookup_elem(&t4, &k);
    OUT(v ? *v : -1);
    return 0;
}
SEC("tc") int longest(struct __sk_buff *skb) {
    ask(10, 0, 0, 1, 32);
    ask(10, 1, 0, 1, 32);
    ask(10, 1, 2, 1, 32);
    ask(10, 1, 2, 3, 32);
    ask(10, 1, 2, 3, 24);
    ask(10, 1, 2, 3, 16);
    ask(10, 1, 2, 3, 12);
    ask(10, 1, 2, 3, 0);
    ask(10, 129, 0, 0, 32);
    ask(192, 168, 0, 1, 32);
    ask(192, 168, 0, 1, 33);
    ask(192, 168, 0, 1, 0xffffffff);
    ask(255, 255, 255, 255, 32);
    return TC_ACT_OK;
}
CASE(lpm_longest: put t4 u32:8,ip:10.0.0.0 u32:8; put t4 u32:16,ip:10.1.0.0 u32:16; put t4 u32:24,ip:10.1.2.0 u32:24;
     put t4 u32:32,ip:10.1.2.3 u32:32; put t4 u32:9,ip:10.128.0.0 u32:9; run longest)
CASE(lpm_default_route: put t4 u32:0,ip:0.0.0.0 u32:99; put t4 u32:24,ip:10.1.2.0 u32:24; run longest)
CASE(lpm_host: put t4 u32:33,ip:10.0.0.0 u32:1; put t4 u32:8,ip:10.0.0.0 u32:1 2; put t4 u32:8,ip:10.0.0.0 u32:1 1;
     put t4 u32:8,ip:10.0.0.0 u32:2 1; put t4 u32:8,ip:10.0.0.0 u32:3 2; put t4 u32:8,ip:10.0.0.0 u32:4;
     put t4 u32:16,ip:10.0.0.0 u32:5; get t4 u32:8,ip:10.0.0.0; get t4 u32:32,ip:10.2.0.0; del t4 u32:9,ip:10.0.0.0;
     del t4 u32:33,ip:10.0.0.0; put t4 u32:8,ip:11.0.0.0 u32:1 3; put t4 u32:7,ip:10.0.0.0 u32:7; run longest)

SEC("xdp") int full(struct xdp_md *ctx) {
    for (u32 i = 0; i < 5; i++) {
        struct v4 k = {24, {10, i}};
        u32 v = i;
        OUT(bpf_map_update_elem(&tiny, &k, &v, 0));
    }
    struct v4 k = {24, {10, 1}};
    u32 v = 55;
    OUT(bpf_map_update_elem(&tiny, &k, &v, 0)); /* the same prefix: there is room */
    OUT(bpf_map_update_elem(&tiny, &k, &v, BPF_NOEXIST));
    OUT(bpf_map_update_elem(&tiny, &k, &v, BPF_EXIST));
    OUT(bpf_map_update_elem(&tiny, &k, &v, 3));
    OUT(bpf_map_delete_elem(&tiny, &k));
    OUT(bpf_map_delete_elem(&tiny, &k));
    k.bits = 40;
    OUT(bpf_map_delete_elem(&tiny, &k));
    OUT(bpf_map_update_elem(&tiny, &k, &v, 0));
    k = (struct v4){4};
    OUT(bpf_map_update_elem(&tiny, &k, &v, BPF_EXIST));
    OUT(bpf_map_update_elem(&tiny, &k, &v, BPF_NOEXIST));
    return XDP_PASS;
}
CASE(lpm_full: run full)

/* The kernel lists a prefix with the bits that stood behind it: clear ones, but in lpm_host_bits. */
static ALWAYS_INLINE struct v4 prefix(u8 a, u8 b, u8 c, u8 d, u32 bits) {
    struct v4 k = {bits};
    u32 addr = ((u32)a << 24 | b << 16 | c << 8 | d) & ~(0xffffffffull >> bits);
    addr = htonl(addr);
    memcpy(k.addr, &addr, 4);
    return k;
}
CASE(lpm_host_bits: put t4 u32:8,ip:10.9.9.9 u32:1; put t4 u32:0,ip:1.2.3.4 u32:1; put t4 u32:16,ip:10.9.1.1 u32:2;
     put t4 u32:16,ip:10.9.2.2 u32:3; get t4 u32:8,ip:10.1.2.3; del t4 u32:0,ip:9.9.9.9; run longest)

u32 seed = 99, bad;
u64 sum;
GLOBAL int churn_once(u32 i) {
    u32 r = xorshift(&seed), bits = (r >> 8) % 33;
    struct v4 k = prefix(10 + (r & 1), r >> 16, r >> 20, r >> 24, bits);
    if (r % 5 == 4)
        bad += bpf_map_delete_elem(&t4, &k) != 0;
    else
        bad += bpf_map_update_elem(&t4, &k, &i, 0) != 0;
    k.bits = 32;
    k.addr[3] ^= r >> 9;
    u32 *v = bpf_map_lookup_elem(&t4, &k);
    sum = sum * 31 + (v ? *v : 7777);
    return 0;
}
SEC("xdp") int churn(struct xdp_md *ctx) {
    for (u32 i = 0; i < 800; i++)
        churn_once(i);
    return XDP_PASS;
}
CASE(lpm_churn: run churn udp4 x3)

GLOBAL int churn6_once(u64 v) {
    u32 r = xorshift(&seed);
    struct v6 k = {32 + 8 * ((r >> 7) % 13), {0x20, 0x01, 0x0d, 0xb8}};
    u8 low[12] = {r & 3, r >> 30, 0, 0, r >> 3, 0, 0, r >> 12, 1, 2, 3, r >> 20};
    for (u32 i = 0; i < 12; i++)
        k.addr[4 + i] = 32 + 8 * i < k.bits ? low[i] : 0;
    bpf_map_update_elem(&t6, &k, &v, 0);
    k.bits = 128;
    k.addr[15] ^= r >> 28;
    u64 *p = bpf_map_lookup_elem(&t6, &k);
    sum = sum * 31 + (p ? *p : 7777);
    return 0;
}
SEC("xdp") int churn6(struct xdp_md *ctx) {
    for (u32 i = 0; i < 500; i++)
        churn6_once(i);
    return XDP_PASS;
}
CASE(lpm_v6: put t6 u32:32,hex:20010db8 u64:1; put t6 u32:128,hex:20010db8000000000000000000000002 u64:2;
     put t6 u32:129,hex:20010db8 u64:3; get t6 u32:128,hex:20010db8000000000000000000000002;
     get t6 u32:128,hex:20010db8000000000000000000000003; run churn6 udp6 x2)
