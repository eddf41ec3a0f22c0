# an entry that a number of the run chooses
-- c
#include "../check.h"
struct inner { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, u32); __type(value, u64); } one SEC(".maps"), two SEC(".maps");
struct { __uint(type, 13); __uint(max_entries, 2); __uint(key_size, 4); __uint(value_size, 4); __array(values, struct inner); }
    outer SEC(".maps") = {.values = {&one, &two}};
SEC("tc") int prog(struct __sk_buff *skb) {
    u32 key = skb->len;
    void *m = bpf_map_lookup_elem(&outer, &key);
    u64 fresh = 1, *v;
    if (!m)
        return 0;
    v = bpf_map_lookup_elem(m, &key);
    if (v)
        *v += 1;
    else
        bpf_map_update_elem(m, &key, &fresh, 0);
    return 0;
}
-- accepted prog
