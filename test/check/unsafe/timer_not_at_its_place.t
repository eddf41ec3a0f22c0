# not where the timer stands
-- c
#include "../check.h"
struct timed { u64 before; struct bpf_timer timer; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, struct timed); } timers SEC(".maps");
SEC("tc") int prog(struct __sk_buff *skb) {
    struct timed *t = first_of(&timers);
    if (t)
        bpf_timer_init((void *)&t->before, &timers, 1);
    return 0;
}
-- rejected prog: argument-type: prog: insn * (timer_not_at_its_place.t:9): argument 1 of bpf_timer_init: an argument is not what the function takes: r1 = map value of timers, 24 bytes
-- kernel rejects off 0 doesn't point to 'struct bpf_timer' that is at 8
