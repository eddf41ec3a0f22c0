/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* nested.bpf.c - arrays and hashes of maps. */
#include "oracle.h"

struct inner {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 2);
    __type(key, u32);
    __type(value, u64);
};
struct inner one SEC(".maps"), two SEC(".maps");
struct inner_hash {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 3);
    __type(key, u32);
    __type(value, u32);
} h1 SEC(".maps"), h2 SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
    __uint(max_entries, 4);
    __type(key, u32);
    __array(values, struct inner);
} arrays SEC(".maps") = {.values = {[0] = &one, [2] = &two}};
struct {
    __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
    __uint(max_entries, 4);
    __type(key, u32);
    __array(values, struct inner_hash);
} hashes SEC(".maps") = {.values = {[5] = &h1, [6] = &h2}};

SEC("xdp") int in_arrays(struct xdp_md *ctx) {
    for (u32 i = 0; i < 5; i++) {
        u32 k = i, second = 1, past = 2;
        void *m = bpf_map_lookup_elem(&arrays, &k);
        OUT(m != NULL);
        if (!m)
            continue;
        u64 *v = bpf_map_lookup_elem(m, &second), w = 7;
        if (v)
            *v += i + 1;
        OUT(bpf_map_lookup_elem(m, &past) == NULL);
        k = 0;
        OUT(bpf_map_update_elem(m, &k, &w, BPF_EXIST));
        OUT(bpf_map_update_elem(m, &k, &w, BPF_NOEXIST));
    }
    return XDP_PASS;
}
CASE(array_of_maps: put two u32:1 u64:1000; run in_arrays udp4 x2; del arrays u32:0; run in_arrays; del arrays u32:0;
     del arrays u32:7)

SEC("xdp") int in_hashes(struct xdp_md *ctx) {
    for (u32 i = 4; i < 8; i++) {
        u32 k = i;
        void *m = bpf_map_lookup_elem(&hashes, &k);
        OUT(m != NULL);
        if (!m)
            continue;
        for (u32 j = 0; j < 5; j++) {
            u32 key = j, v = i * 10 + j;
            OUT(bpf_map_update_elem(m, &key, &v, BPF_NOEXIST));
        }
        u32 key = i - 4;
        OUT(bpf_map_delete_elem(m, &key));
    }
    return XDP_PASS;
}
CASE(hash_of_maps: put h2 u32:4 u32:1; run in_hashes; del hashes u32:5; del hashes u32:5; run in_hashes)
