# a map in a map, saved on the stack before it is tested
-- c
#include "../check.h"
struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, u64); } one SEC(".maps");
struct { __uint(type, 12); __uint(max_entries, 2); __uint(key_size, 4); __uint(value_size, 4); __array(values, struct inner); }
    outer SEC(".maps") = {.values = {&one}};
SEC("tc") int prog(struct __sk_buff *skb) {
    void *volatile kept = first_of(&outer);
    u64 *v;
    if (!kept)
        return 0;
    void *m = kept;
    if (!m)
        return 0;
    v = first_of(m);
    return v ? *v : 0;
}
-- accepted prog
