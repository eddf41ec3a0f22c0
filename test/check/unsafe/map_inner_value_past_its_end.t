# the values of inner maps have 8 bytes
-- c
#include "../check.h"
struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, u64); } one SEC(".maps");
struct { __uint(type, 12); __uint(max_entries, 2); __uint(key_size, 4); __uint(value_size, 4); __array(values, struct inner); }
    outer SEC(".maps") = {.values = {&one}};
SEC("tc") int prog(struct __sk_buff *skb) {
    void *m = first_of(&outer);
    u64 *v;
    if (!m)
        return 0;
    v = first_of(m);
    return v ? v[1] : 0;
}
-- rejected prog: out-of-bounds: prog: insn * (map_inner_value_past_its_end.t:13): read of 8 bytes outside the map value: r0 = map value of outer, 8 bytes, and the access ends at 16
-- kernel rejects R0 min value is outside of the allowed memory range
