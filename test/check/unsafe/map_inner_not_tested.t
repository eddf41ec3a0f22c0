# the inner map may be missing
-- c
#include "../check.h"
struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, u64); } one SEC(".maps");
struct { __uint(type, 12); __uint(max_entries, 2); __uint(key_size, 4); __uint(value_size, 4); __array(values, struct inner); }
    outer SEC(".maps") = {.values = {&one}};
SEC("tc") int prog(struct __sk_buff *skb) {
    void *m = first_of(&outer);
    u64 *v = first_of(m);
    return v ? *v : 0;
}
-- rejected prog: argument-type: prog: insn * (check.h:88): argument 1 of bpf_map_lookup_elem: an argument is not what the function takes: r1 = map value of outer, or null, 4 bytes
-- kernel rejects R1 type=map_value_or_null expected=map_ptr
