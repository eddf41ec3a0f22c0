# initialised with its own map, a callback, started
-- c
#include "../check.h"
struct timed { u64 before; struct bpf_timer timer; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, struct timed); } timers SEC(".maps");
static int expired(void *map, u32 *key, struct timed *t) {
    t->before += *key;
    return 0;
}
SEC("tc") int prog(struct __sk_buff *skb) {
    struct timed *t = first_of(&timers);
    if (!t)
        return 0;
    bpf_timer_init(&t->timer, &timers, 1);
    bpf_timer_set_callback(&t->timer, expired);
    bpf_timer_start(&t->timer, 1000, 0);
    return 0;
}
-- accepted prog
