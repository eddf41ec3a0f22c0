# what the exchange returns is the program's to drop
-- c
#include "../check.h"
struct plain { u64 a, b; };
struct slot { struct plain KPTR *kept; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, struct slot); } slots SEC(".maps");
SEC("tc") int prog(struct __sk_buff *skb) {
    struct slot *s = first_of(&slots);
    struct plain *p;
    if (!s)
        return 0;
    p = obj_new(struct plain);
    if (!p)
        return 0;
    bpf_kptr_xchg(&s->kept, p);
    return 0;
}
-- rejected prog: reference-leak: prog: insn * (kptr_old_leaked.t:17): what a function gave is not released on this path
-- kernel rejects BPF_EXIT instruction in main prog would lead to reference leak
