# a loop that takes the lock each time
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct guarded *g = first_of(&guarded);
    if (!g)
        return 0;
    for (u32 i = 0; i < 3; i++) {
        bpf_spin_lock(&g->lock);
        KEEP(i);
    }
    bpf_spin_unlock(&g->lock);
    return 0;
}
-- rejected prog: in-lock: prog: insn * (lock_held_across_loop.t:9): bpf_spin_lock: not allowed while a lock is held
-- kernel rejects function calls are not allowed while holding a lock
