# the same lock again
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct guarded *g = first_of(&guarded);
    if (!g)
        return 0;
    bpf_spin_lock(&g->lock);
    bpf_spin_lock(&g->lock);
    bpf_spin_unlock(&g->lock);
    return 0;
}
-- rejected prog: in-lock: prog: insn * (lock_taken_twice.t:9): bpf_spin_lock: not allowed while a lock is held
-- kernel rejects function calls are not allowed while holding a lock
