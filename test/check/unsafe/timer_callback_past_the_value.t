# the callback writes behind the value that it is given
-- c
#include "../check.h"
struct timed { u64 before; struct bpf_timer timer; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, struct timed); } timers SEC(".maps");
static int expired(void *map, u32 *key, struct timed *t) {
    (&t->before)[3] = 1;
    return 0;
}
SEC("tc") int prog(struct __sk_buff *skb) {
    struct timed *t = first_of(&timers);
    if (!t)
        return 0;
    bpf_timer_init(&t->timer, &timers, 1);
    bpf_timer_set_callback(&t->timer, expired);
    return 0;
}
-- rejected prog: out-of-bounds: expired: insn * (timer_callback_past_the_value.t:7): write of 8 bytes outside the map value: r3 = map value of timers, 24 bytes, and the access ends at 32
-- kernel rejects R3 min value is outside of the allowed memory range
