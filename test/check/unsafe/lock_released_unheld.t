# a lock that nobody took
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct guarded *g = first_of(&guarded);
    if (g)
        bpf_spin_unlock(&g->lock);
    return 0;
}
-- rejected prog: lock-state: prog: insn * (lock_released_unheld.t:7): a lock is taken twice, left held or released without being held (bpf_spin_unlock): r1 = map value of guarded + 8, 16 bytes
-- kernel rejects bpf_spin_unlock without taking a lock
