# a pointer to an object in a map is exchanged, never stored
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
    s->kept = p;
    return 0;
}
-- rejected prog: special-field: prog: insn * (kptr_written_directly.t:15): write of 8 bytes: a lock, timer, list or tree in a map value is accessed as bytes (slots): r6 = map value of slots, 8 bytes
-- kernel rejects store to referenced kptr disallowed
