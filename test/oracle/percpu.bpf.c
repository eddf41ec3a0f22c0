/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* percpu.bpf.c - per-CPU arrays and hashes, LRU kinds. What depends on the processor becomes a property. */
#include "oracle.h"

struct pair {
    u64 packets, bytes;
};
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 3);
    __type(key, u32);
    __type(value, struct pair);
} parr SEC(".maps");
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_HASH);
    __uint(max_entries, 3);
    __type(key, u32);
    __type(value, u32);
} phash SEC(".maps");
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 64);
    __type(key, u32);
    __type(value, u64);
} lru SEC(".maps");
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 4096);
    __type(key, u32);
    __type(value, u64);
} roomy SEC(".maps");
struct {
    __uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
    __uint(max_entries, 2048);
    __type(key, u32);
    __type(value, u64);
} plru SEC(".maps");

SEC("xdp") int count(struct xdp_md *ctx) {
    u32 len = ctx->data_end - ctx->data;
    u32 k = len > 80 ? 1 : 0;
    struct pair *p = bpf_map_lookup_elem(&parr, &k);
    if (p) {
        p->packets++;
        p->bytes += len;
    }
    u32 *n = bpf_map_lookup_elem(&phash, &k), one = 1;
    if (n)
        *n += 1;
    else
        OUT(bpf_map_update_elem(&phash, &k, &one, BPF_NOEXIST));
    return XDP_PASS;
}
CASE(percpu_count: run count udp4:10:1 x5; run count udp4:200:1 x4; get parr u32:0; get phash u32:1)
CASE(percpu_host: put parr u32:1 u64:3,u64:4; put parr u32:3 u64:1; put phash u32:1 u32:7 1; put phash u32:1 u32:8 1;
     put phash u32:2 u32:1 2; put phash u32:3 u32:1; put phash u32:4 u32:1; put phash u32:5 u32:1; del phash u32:3;
     del phash u32:3; take phash u32:4; get phash u32:77; del parr u32:0; run count udp4:200:1 x3)

SEC("tc") int flags(struct __sk_buff *skb) {
    u32 k = 1, past = 3, v = 5;
    struct pair w = {1, 2};
    OUT(bpf_map_update_elem(&parr, &k, &w, 0));
    OUT(bpf_map_update_elem(&parr, &k, &w, BPF_NOEXIST));
    OUT(bpf_map_update_elem(&parr, &k, &w, BPF_EXIST));
    OUT(bpf_map_update_elem(&parr, &k, &w, 3));
    OUT(bpf_map_update_elem(&parr, &past, &w, 0));
    OUT(bpf_map_delete_elem(&parr, &k));
    OUT(bpf_map_lookup_elem(&parr, &past) == NULL);
    OUT(bpf_map_update_elem(&phash, &k, &v, BPF_EXIST));
    OUT(bpf_map_update_elem(&phash, &k, &v, 3));
    for (u32 i = 0; i < 5; i++) {
        k = i;
        OUT(bpf_map_update_elem(&phash, &k, &v, BPF_NOEXIST));
    }
    k = 1;
    OUT(bpf_map_update_elem(&phash, &k, &v, BPF_NOEXIST));
    OUT(bpf_map_delete_elem(&phash, &k));
    OUT(bpf_map_delete_elem(&phash, &k));
    k = 4;
    OUT(bpf_map_update_elem(&phash, &k, &v, 0));
    return TC_ACT_OK;
}
CASE(percpu_flags: run flags)
CASE(percpu_update_of_one: put phash u32:0 u32:100; put parr u32:1 u64:100,u64:200; run flags)

SEC("tc") int by_cpu(struct __sk_buff *skb) {
    u32 k = 1, cpu = bpf_get_smp_processor_id();
    struct pair *p = bpf_map_lookup_elem(&parr, &k), *q = bpf_map_lookup_percpu_elem(&parr, &k, cpu);
    OUT(p && p == q);
    OUT(bpf_map_lookup_percpu_elem(&parr, &k, 1 << 20) == NULL);
    OUT(bpf_map_lookup_percpu_elem(&parr, &k, 0xffffffff) == NULL);
    u32 *n = bpf_map_lookup_percpu_elem(&phash, &k, cpu);
    OUT(n ? *n : 0);
    OUT(bpf_map_lookup_percpu_elem(&phash, &k, 1 << 20) == NULL);
    k = 9;
    OUT(bpf_map_lookup_percpu_elem(&phash, &k, cpu) == NULL);
    OUT(bpf_map_lookup_percpu_elem(&parr, &k, cpu) == NULL);
    if (q)
        q->bytes += 5;
    return TC_ACT_OK;
}
CASE(percpu_lookup: put phash u32:1 u32:6; run by_cpu)

static long add(void *map, const u32 *key, u32 *value, u64 *sum) {
    *sum += *key * 100 + *value;
    *value += 1;
    return 0;
}
static long add_pair(void *map, const u32 *key, struct pair *value, u64 *sum) {
    *sum = *sum * 3 + *key + value->bytes;
    value->packets++;
    return 0;
}
SEC("tc") int each(struct __sk_buff *skb) {
    u64 sum = 0;
    OUT(bpf_for_each_map_elem(&phash, add, &sum, 0));
    OUT(bpf_for_each_map_elem(&parr, add_pair, &sum, 0));
    OUT(sum);
    return TC_ACT_OK;
}
CASE(percpu_for_each: put phash u32:1 u32:6; put phash u32:2 u32:9; put parr u32:2 u64:1,u64:2; run each)

static long tally(void *map, const u32 *key, u64 *value, u64 *n) {
    *n += *value == *key * 2ull;
    return 0;
}
u32 lost;
GLOBAL int insert(u32 k) {
    u64 v = k * 2;
    if (bpf_map_update_elem(&lru, &k, &v, BPF_NOEXIST))
        lost++;
    if (!bpf_map_lookup_elem(&lru, &k)) /* what was just put in is there */
        lost++;
    return 0;
}
SEC("xdp") int evict(struct xdp_md *ctx) {
    u64 n = 0, v = 0;
    u32 k;
    for (u32 i = 0; i < 500; i++)
        insert(i);
    OUT(lost);
    long seen = bpf_for_each_map_elem(&lru, tally, &n, 0);
    OUT(seen == (long)n);        /* each entry is whole */
    OUT(seen > 0 && seen <= 64); /* and they are not more than fit */
    k = 499;
    OUT(bpf_map_update_elem(&lru, &k, &v, BPF_NOEXIST));
    OUT(bpf_map_update_elem(&lru, &k, &v, BPF_EXIST));
    OUT(bpf_map_update_elem(&lru, &k, &v, 5));
    OUT(bpf_map_delete_elem(&lru, &k));
    OUT(bpf_map_delete_elem(&lru, &k));
    k = 100000;
    OUT(bpf_map_update_elem(&lru, &k, &v, BPF_EXIST));
    return XDP_PASS;
}
CASE(lru_evicts: run evict; ignore lru)
CASE(lru_host: put lru u32:1 u64:1; put lru u32:1 u64:2 1; put lru u32:2 u64:2 2; put lru u32:1 u64:3 2; get lru u32:1;
     del lru u32:1; del lru u32:1; put lru u32:3 u64:3; put lru u32:4 u64:3; take lru u32:4; run keep)

u32 bad;
GLOBAL int keep_one(u32 k) {
    u64 v = k * 3, *p;
    bad += bpf_map_update_elem(&roomy, &k, &v, 0) != 0;
    bad += bpf_map_update_elem(&plru, &k, &v, 0) != 0;
    if (k % 7)
        return 0;
    bad += bpf_map_delete_elem(&roomy, &k) != 0;
    p = bpf_map_lookup_elem(&plru, &k);
    if (p)
        *p += 1;
    return 0;
}
SEC("xdp") int keep(struct xdp_md *ctx) {
    for (u32 i = 0; i < 100; i++)
        keep_one(i);
    return XDP_PASS;
}
CASE(lru_below_capacity: run keep udp4 x2)
