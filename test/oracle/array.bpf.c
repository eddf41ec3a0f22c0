/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* array.bpf.c - arrays: bounds, flags, values that programs write into, iteration, the host's side. */
#include "oracle.h"

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 5);
    __type(key, u32);
    __type(value, u64);
} arr SEC(".maps");

struct wide {
    u8 byte[101];
};
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 3);
    __type(key, u32);
    __type(value, struct wide);
} odd SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 4);
    __uint(map_flags, BPF_F_RDONLY_PROG);
    __type(key, u32);
    __type(value, u32);
} constants SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 4);
    __uint(map_flags, BPF_F_WRONLY_PROG);
    __type(key, u32);
    __type(value, u32);
} sink SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 7);
    __uint(map_flags, BPF_F_MMAPABLE);
    __type(key, u32);
    __type(value, u32);
} shared SEC(".maps");

SEC("xdp") int flags(struct xdp_md *ctx) {
    u32 k = 2, past = 5, far = 0xffffffff;
    u64 v = 77, *p;
    OUT(bpf_map_update_elem(&arr, &k, &v, BPF_ANY));
    OUT(bpf_map_update_elem(&arr, &k, &v, BPF_NOEXIST));
    v = 78;
    OUT(bpf_map_update_elem(&arr, &k, &v, BPF_EXIST));
    OUT(bpf_map_update_elem(&arr, &k, &v, 3));
    OUT(bpf_map_update_elem(&arr, &k, &v, BPF_F_LOCK));
    OUT(bpf_map_update_elem(&arr, &k, &v, 1ull << 40));
    OUT(bpf_map_update_elem(&arr, &past, &v, BPF_ANY));
    OUT(bpf_map_update_elem(&arr, &past, &v, BPF_NOEXIST));
    OUT(bpf_map_update_elem(&arr, &far, &v, BPF_EXIST));
    OUT(bpf_map_delete_elem(&arr, &k));
    OUT(bpf_map_delete_elem(&arr, &past));
    p = bpf_map_lookup_elem(&arr, &k);
    OUT(p ? *p : 0);
    OUT(bpf_map_lookup_elem(&arr, &past) == NULL);
    OUT(bpf_map_lookup_elem(&arr, &far) == NULL);
    return XDP_PASS;
}
CASE(array_flags: run flags)

SEC("xdp") int count(struct xdp_md *ctx) {
    for (u32 i = 0; i < 6; i++) {
        u32 k = i;
        u64 *p = bpf_map_lookup_elem(&arr, &k);
        if (p)
            *p += k + 1;
    }
    return XDP_DROP;
}
CASE(array_count: put arr u32:1 u64:1000; put arr u32:4 u64:7 2; run count udp4 x10; get arr u32:4)
CASE(array_host: put arr u32:5 u64:1; put arr u32:1 u64:1 1; put arr u32:1 u64:9 2; put arr u32:1 u64:1 7;
     del arr u32:1; get arr u32:5; get arr u32:1; take arr u32:1; run count)

SEC("xdp") int unaligned(struct xdp_md *ctx) {
    u32 k = 1;
    struct wide *w = bpf_map_lookup_elem(&odd, &k);
    if (!w)
        return XDP_ABORTED;
    for (int i = 0; i < 101; i++)
        w->byte[i] = i * 3;
    w->byte[100]++;
    struct wide copy = *w;
    copy.byte[0] = 0xee;
    k = 2;
    OUT(bpf_map_update_elem(&odd, &k, &copy, 0));
    OUT(bpf_map_update_elem(&odd, &k, w, 0));
    w = bpf_map_lookup_elem(&odd, &k);
    OUT(w ? w->byte[100] : 0);
    return XDP_TX;
}
CASE(array_odd_values: put odd u32:0 hex:0102030405; run unaligned)

static long sum(void *map, const u32 *key, u64 *value, u64 *ctx) {
    *ctx = *ctx * 31 + *key + *value;
    *value += 1;
    return *value > 100;
}
static long stop_at_once(void *map, const u32 *key, u64 *value, u64 *ctx) {
    *ctx += 1;
    return 1;
}
SEC("tc") int each(struct __sk_buff *skb) {
    u64 total = 0;
    OUT(bpf_for_each_map_elem(&arr, sum, &total, 0));
    OUT(total);
    OUT(bpf_for_each_map_elem(&arr, stop_at_once, &total, 0));
    OUT(total);
    OUT(bpf_for_each_map_elem(&arr, sum, &total, 1));
    OUT(total);
    return TC_ACT_OK;
}
CASE(array_for_each: put arr u32:0 u64:5; put arr u32:3 u64:8; run each)
CASE(array_for_each_stops: put arr u32:2 u64:500; run each)

SEC("xdp") int access(struct xdp_md *ctx) {
    for (u32 i = 0; i < 5; i++) {
        u32 k = i;
        u32 *p = bpf_map_lookup_elem(&constants, &k), v = k * 5;
        OUT(p ? *p : -1);
        OUT(bpf_map_update_elem(&sink, &k, &v, 0));
        OUT(bpf_map_update_elem(&shared, &k, &v, 0));
    }
    return XDP_PASS;
}
CASE(array_access_flags: put constants u32:1 u32:11; put constants u32:3 u32:33; run access; get sink u32:3)
