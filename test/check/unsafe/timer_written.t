# a timer cannot be written
-- c
#include "../check.h"
struct timed { u64 before; struct bpf_timer timer; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, struct timed); } timers SEC(".maps");
SEC("tc") int prog(struct __sk_buff *skb) {
    struct timed *t = first_of(&timers);
    if (t)
        t->timer.opaque[0] = 1;
    return 0;
}
-- rejected prog: special-field: prog: insn * (timer_written.t:9): write of 8 bytes: a lock, timer, list or tree in a map value is accessed as bytes (timers): r0 = map value of timers, 24 bytes
-- kernel rejects bpf_timer cannot be accessed directly by load/store
