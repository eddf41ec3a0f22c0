# the program ends, and holds a lock
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct guarded *g = first_of(&guarded);
    if (!g)
        return 0;
    bpf_spin_lock(&g->lock);
    g->count++;
    return 0;
}
-- rejected prog: lock-state: prog: insn * (lock_not_released.t:11): a lock is taken twice, left held or released without being held
-- kernel rejects BPF_EXIT instruction in main prog cannot be used inside bpf_spin_lock-ed region
