# the timer stands in another map
-- c
#include "../check.h"
struct timed { u64 before; struct bpf_timer timer; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, struct timed); } timers SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, struct timed); } others SEC(".maps");
SEC("tc") int prog(struct __sk_buff *skb) {
    struct timed *t = first_of(&timers);
    if (t)
        bpf_timer_init(&t->timer, &others, 1);
    return 0;
}
-- rejected prog: argument-type: prog: insn * (timer_wrong_map.t:10): argument 2 of bpf_timer_init: an argument is not what the function takes: r2 = map of others
-- kernel rejects timer pointer in R1 map_uid=0 doesn't match map pointer in R2 map_uid=0
