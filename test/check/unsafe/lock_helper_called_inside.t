# no helper is called while a lock is held
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct guarded *g = first_of(&guarded);
    if (!g)
        return 0;
    bpf_spin_lock(&g->lock);
    g->count = bpf_ktime_get_ns();
    bpf_spin_unlock(&g->lock);
    return 0;
}
-- rejected prog: in-lock: prog: insn * (lock_helper_called_inside.t:9): bpf_ktime_get_ns: not allowed while a lock is held
-- kernel rejects function calls are not allowed while holding a lock
