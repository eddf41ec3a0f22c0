/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* hash.bpf.c - hash tables: flags, a full table, deletion, odd keys, iteration, pointers that outlive entries. */
#include "oracle.h"

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 4);
    __type(key, u32);
    __type(value, u64);
} small SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 4);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, u32);
    __type(value, u64);
} lazy SEC(".maps");

struct flow {
    u32 src, dst;
    u16 port;
    u8 proto, zone;
} PACKED;
struct stat {
    u64 packets, bytes;
    u8 tag[5];
} PACKED;
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 1024);
    __type(key, struct flow);
    __type(value, struct stat);
} flows SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 256);
    __uint(map_flags, BPF_F_ZERO_SEED);
    __type(key, u8);
    __type(value, u8);
} bytes SEC(".maps");

#define FLAGS_BODY(map)                                                                                                \
    u32 k = 1;                                                                                                         \
    u64 v = 10, *p;                                                                                                    \
    OUT(bpf_map_update_elem(&map, &k, &v, BPF_EXIST));                                                                 \
    OUT(bpf_map_update_elem(&map, &k, &v, BPF_NOEXIST));                                                               \
    OUT(bpf_map_update_elem(&map, &k, &v, BPF_NOEXIST));                                                               \
    v = 20;                                                                                                            \
    OUT(bpf_map_update_elem(&map, &k, &v, BPF_EXIST));                                                                 \
    OUT(bpf_map_update_elem(&map, &k, &v, 3));                                                                         \
    OUT(bpf_map_update_elem(&map, &k, &v, BPF_F_LOCK));                                                                \
    OUT(bpf_map_update_elem(&map, &k, &v, 1ull << 33));                                                                \
    for (u32 i = 2; i < 7; i++) {                                                                                      \
        k = i;                                                                                                         \
        OUT(bpf_map_update_elem(&map, &k, &v, BPF_ANY));                                                               \
    }                                                                                                                  \
    k = 3;                                                                                                             \
    v = 30;                                                                                                            \
    OUT(bpf_map_update_elem(&map, &k, &v, BPF_ANY)); /* full, but it is there */                                       \
    k = 9;                                                                                                             \
    OUT(bpf_map_update_elem(&map, &k, &v, BPF_NOEXIST));                                                               \
    OUT(bpf_map_update_elem(&map, &k, &v, BPF_EXIST));                                                                 \
    OUT(bpf_map_delete_elem(&map, &k));                                                                                \
    k = 2;                                                                                                             \
    OUT(bpf_map_delete_elem(&map, &k));                                                                                \
    OUT(bpf_map_delete_elem(&map, &k));                                                                                \
    OUT(bpf_map_lookup_elem(&map, &k) == NULL);                                                                        \
    k = 9;                                                                                                             \
    OUT(bpf_map_update_elem(&map, &k, &v, BPF_ANY));                                                                   \
    p = bpf_map_lookup_elem(&map, &k);                                                                                 \
    OUT(p ? *p : 0)

SEC("xdp") int flags(struct xdp_md *ctx) {
    FLAGS_BODY(small);
    return XDP_PASS;
}
CASE(hash_flags: run flags)
SEC("xdp") int flags_lazy(struct xdp_md *ctx) {
    FLAGS_BODY(lazy);
    return XDP_PASS;
}
CASE(hash_flags_no_prealloc: run flags_lazy)
CASE(hash_host: put small u32:1 u64:5; put small u32:1 u64:6 1; put small u32:2 u64:6 2; put small u32:2 u64:7 1;
     put small u32:3 u64:7; put small u32:4 u64:8; put small u32:5 u64:9; get small u32:5; get small u32:3;
     take small u32:3; take small u32:3; del small u32:3; del small u32:4; put small u32:4 u64:1 9;
     put small u32:8 u64:80 1; run seen)

SEC("tc") int seen(struct __sk_buff *skb) {
    for (u32 i = 0; i < 10; i++) {
        u32 k = i;
        u64 *p = bpf_map_lookup_elem(&small, &k);
        OUT(p ? *p : 0);
    }
    return TC_ACT_OK;
}

SEC("xdp") int count_flow(struct xdp_md *ctx) {
    u8 *p = DATA(ctx), *end = DATA_END(ctx);
    if (p + 42 > end)
        return XDP_DROP;
    struct flow f = {};
    memcpy(&f.src, p + 26, 4);
    memcpy(&f.dst, p + 30, 4);
    memcpy(&f.port, p + 34, 2);
    f.proto = p[23];
    struct stat *s = bpf_map_lookup_elem(&flows, &f);
    if (s) {
        s->packets++;
        s->bytes += end - p;
        s->tag[4]++;
        return XDP_PASS;
    }
    struct stat fresh = {1, end - p, {1, 2, 3, 4, 5}};
    return bpf_map_update_elem(&flows, &f, &fresh, BPF_NOEXIST) ? XDP_ABORTED : XDP_TX;
}
CASE(hash_flows: run count_flow udp4:20:1 x3; run count_flow tcp4:90:2 x2; run count_flow udp4:1:3; run count_flow arp;
     run count_flow udp4:300:1; run count_flow icmp4:8:1)

u32 seed = 12345, made, gone, full;
GLOBAL int churn_once(u32 i) {
    u32 r = xorshift(&seed);
    struct flow f = {.src = r & 0x3ff, .proto = r >> 31};
    struct stat s = {.packets = r, .bytes = i};
    if ((r >> 10) % 3 == 0) {
        if (!bpf_map_delete_elem(&flows, &f))
            gone++;
    } else if (bpf_map_update_elem(&flows, &f, &s, 0)) {
        full++;
    } else {
        made++;
    }
    return 0;
}
SEC("xdp") int churn(struct xdp_md *ctx) {
    for (u32 i = 0; i < 1500; i++)
        churn_once(i);
    return XDP_PASS;
}
CASE(hash_churn: run churn udp4 x4)

SEC("xdp") int byte_keys(struct xdp_md *ctx) {
    for (int i = 0; i < 300; i++) {
        u8 k = i * 7, v = i;
        bpf_map_update_elem(&bytes, &k, &v, 0);
        if (i % 5 == 0)
            bpf_map_delete_elem(&bytes, &k);
    }
    return XDP_PASS;
}
CASE(hash_byte_keys: run byte_keys)

u64 total, steps, stop; /* globals: as fields of a context the verifier would follow their values */
static long add(void *map, const u32 *key, u64 *value, void *none) {
    total += *key * 1000 + *value;
    *value += 1;
    return ++steps == stop;
}
static long drop_odd(void *map, const u32 *key, u64 *value, void *none) {
    u32 k = *key;
    steps++;
    if (k & 1)
        total += bpf_map_delete_elem(&small, &k) == 0;
    return 0;
}
SEC("tc") int each(struct __sk_buff *skb) {
    OUT(bpf_for_each_map_elem(&small, add, NULL, 0));
    OUT(total);
    OUT(steps);
    steps = 0;
    stop = 2;
    OUT(bpf_for_each_map_elem(&small, add, NULL, 0));
    steps = total = 0;
    OUT(bpf_for_each_map_elem(&small, drop_odd, NULL, 0));
    OUT(total);
    OUT(steps);
    OUT(bpf_for_each_map_elem(&small, drop_odd, NULL, 8));
    return TC_ACT_OK;
}
CASE(hash_for_each: put small u32:1 u64:5; put small u32:2 u64:5; put small u32:7 u64:5; put small u32:9 u64:5;
     run each; ignore small)
CASE(hash_for_each_empty: run each)

SEC("xdp") int stale(struct xdp_md *ctx) {
    u32 k = 1;
    u64 v = 5, *p, *q;
    bpf_map_update_elem(&small, &k, &v, 0);
    p = bpf_map_lookup_elem(&small, &k);
    if (!p)
        return XDP_ABORTED;
    v = 6;
    bpf_map_update_elem(&small, &k, &v, 0); /* replaces the entry: p is the old one's */
    q = bpf_map_lookup_elem(&small, &k);
    if (!q)
        return XDP_ABORTED;
    OUT(*q);
    *q = 60;
    bpf_map_delete_elem(&small, &k);
    *q = 61; /* its memory is still ours until the run ends */
    OUT(*q);
    OUT(bpf_map_lookup_elem(&small, &k) == NULL);
    v = 7;
    OUT(bpf_map_update_elem(&small, &k, &v, BPF_NOEXIST));
    return XDP_PASS;
}
CASE(hash_stale_pointer: run stale udp4 x2)
