# a program does not put maps into maps
-- c
#include "../check.h"
struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, u64); } one SEC(".maps");
struct { __uint(type, 12); __uint(max_entries, 2); __uint(key_size, 4); __uint(value_size, 4); __array(values, struct inner); }
    outer SEC(".maps") = {.values = {&one}};
SEC("tc") int prog(struct __sk_buff *skb) {
    u32 key = 0, value = 0;
    return bpf_map_update_elem(&outer, &key, &value, 0);
}
-- rejected prog: map-type: prog: insn * (map_inner_updated.t:9): bpf_map_update_elem: a function that does not work on this type of map
-- kernel rejects cannot pass map_type 12 into func bpf_map_update_elem#2
