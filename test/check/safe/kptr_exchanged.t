# an object goes into a map, and what was there before is dropped
-- c
#include "../check.h"
struct plain { u64 a, b; };
struct slot { struct plain KPTR *kept; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, struct slot); } slots SEC(".maps");
SEC("tc") int prog(struct __sk_buff *skb) {
    struct slot *s = first_of(&slots);
    struct plain *p, *old;
    if (!s)
        return 0;
    p = obj_new(struct plain);
    if (!p)
        return 0;
    p->a = 1;
    old = bpf_kptr_xchg(&s->kept, p);
    if (old)
        bpf_obj_drop_impl(old, NULL);
    return 0;
}
-- accepted prog
