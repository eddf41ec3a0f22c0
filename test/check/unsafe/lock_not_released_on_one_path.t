# one way out keeps the lock
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct guarded *g = first_of(&guarded);
    u32 len = skb->len;
    if (!g)
        return 0;
    bpf_spin_lock(&g->lock);
    if (len > 100)
        return 1;
    bpf_spin_unlock(&g->lock);
    return 0;
}
-- rejected prog: lock-state: prog: insn * (lock_not_released_on_one_path.t:14): a lock is taken twice, left held or released without being held
-- kernel rejects BPF_EXIT instruction in main prog cannot be used inside bpf_spin_lock-ed region
