/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* timer.bpf.c - the codes of the timer helpers; none expires while the case runs. */
#include "oracle.h"

struct timed {
    u64 before;
    struct bpf_timer timer;
    u64 after;
};
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, u32);
    __type(value, struct timed);
} timers SEC(".maps");

static int expired(void *map, u32 *key, struct timed *t) {
    t->after++;
    return 0;
}
SEC("tc") int timer(struct __sk_buff *skb) {
    u32 k = 0;
    struct timed *t = bpf_map_lookup_elem(&timers, &k), v = {.before = 1, .after = 100};
    if (!t)
        return TC_ACT_SHOT;
    t->before = 3;
    OUT(bpf_timer_set_callback(&t->timer, expired));
    OUT(bpf_timer_start(&t->timer, 1000, 0));
    OUT(bpf_timer_cancel(&t->timer));
    OUT(bpf_timer_init(&t->timer, &timers, 999));
    OUT(bpf_timer_init(&t->timer, &timers, 1));
    OUT(bpf_timer_init(&t->timer, &timers, 1));
    OUT(bpf_timer_cancel(&t->timer));
    OUT(bpf_timer_set_callback(&t->timer, expired));
    OUT(bpf_timer_start(&t->timer, 3600ull * 1000000000, 0));
    OUT(bpf_timer_start(&t->timer, 3600ull * 1000000000, 99));
    OUT(bpf_timer_cancel(&t->timer));
    OUT(bpf_timer_cancel(&t->timer));
    OUT(bpf_map_update_elem(&timers, &k, &v, 0));
    OUT(t->before + t->after);
    return TC_ACT_OK;
}
CASE(timer_codes: run timer; get timers u32:0)
