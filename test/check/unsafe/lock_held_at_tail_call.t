# the next program knows nothing of the lock
-- c
#include "../check.h"
struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 2); __uint(key_size, 4); __uint(value_size, 4); } jumps SEC(".maps");
SEC("tc") int prog(struct __sk_buff *skb) {
    struct guarded *g = first_of(&guarded);
    if (!g)
        return 0;
    bpf_spin_lock(&g->lock);
    bpf_tail_call(skb, &jumps, 0);
    bpf_spin_unlock(&g->lock);
    return 0;
}
-- rejected prog: in-lock: prog: insn * (lock_held_at_tail_call.t:10): bpf_tail_call: not allowed while a lock is held
-- kernel rejects function calls are not allowed while holding a lock
