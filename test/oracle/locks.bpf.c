/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* locks.bpf.c - spin locks in values, updates under them. */
#include "oracle.h"

struct guarded {
    u64 count;
    struct bpf_spin_lock lock;
    u32 last;
    u64 sum;
};
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 2);
    __type(key, u32);
    __type(value, struct guarded);
} arr SEC(".maps");
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 4);
    __type(key, u32);
    __type(value, struct guarded);
} hash SEC(".maps");

SEC("tc") int count(struct __sk_buff *skb) {
    u32 k = 1;
    struct guarded fresh = {.count = 1, .last = 5}, *g = bpf_map_lookup_elem(&arr, &k);
    if (g) {
        bpf_spin_lock(&g->lock);
        g->count++;
        g->last = skb->len;
        g->sum += skb->len;
        bpf_spin_unlock(&g->lock);
    }
    g = bpf_map_lookup_elem(&hash, &k);
    if (g) {
        bpf_spin_lock(&g->lock);
        g->count += 10;
        g->sum += g->last;
        bpf_spin_unlock(&g->lock);
    } else {
        OUT(bpf_map_update_elem(&hash, &k, &fresh, BPF_NOEXIST));
    }
    return TC_ACT_OK;
}
CASE(lock_count: run count udp4 x3; get arr u32:1; get hash u32:1)
CASE(lock_host: put arr u32:1 u64:7,u32:0xffff,u32:3,u64:9; put hash u32:1 u64:7,u32:0xffff,u32:3,u64:9 4;
     put hash u32:2 u64:1 4; put hash u32:2 u64:1 5; put hash u32:2 u64:1; put hash u32:1 u64:70,u32:1,u32:2,u64:3 6;
     put arr u32:0 u64:5,u32:9,u32:8,u64:7 4; get arr u32:0; get hash u32:1; run count udp4 x2)

SEC("tc") int flagged(struct __sk_buff *skb) {
    u32 k = 1;
    struct guarded v = {.count = 50, .lock = {0xdead}, .last = 60, .sum = 70};
    OUT(bpf_map_update_elem(&arr, &k, &v, BPF_F_LOCK));
    OUT(bpf_map_update_elem(&hash, &k, &v, BPF_F_LOCK | BPF_EXIST));
    OUT(bpf_map_update_elem(&hash, &k, &v, BPF_F_LOCK | BPF_NOEXIST));
    v.count = 51;
    OUT(bpf_map_update_elem(&hash, &k, &v, BPF_F_LOCK | BPF_EXIST));
    OUT(bpf_map_update_elem(&hash, &k, &v, BPF_F_LOCK | BPF_NOEXIST));
    v.count = 52;
    OUT(bpf_map_update_elem(&hash, &k, &v, BPF_EXIST));
    OUT(bpf_map_update_elem(&hash, &k, &v, 7));
    struct guarded *g = bpf_map_lookup_elem(&hash, &k);
    if (!g)
        return TC_ACT_SHOT;
    bpf_spin_lock(&g->lock); /* free: the lock in the value that was put in does not count */
    g->count++;
    bpf_spin_unlock(&g->lock);
    OUT(g->count);
    return TC_ACT_OK;
}
CASE(lock_flag: run flagged udp4 x2)
