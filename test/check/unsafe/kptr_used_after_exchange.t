# what was given to the map belongs to the map
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
    old = bpf_kptr_xchg(&s->kept, p);
    if (old)
        bpf_obj_drop_impl(old, NULL);
    p->a = 1;
    return 0;
}
-- rejected prog: not-a-pointer: prog: insn * (kptr_used_after_exchange.t:18): write of 8 bytes at an address that is a number: r6 = any number
-- kernel rejects R6 invalid mem access 'scalar'
