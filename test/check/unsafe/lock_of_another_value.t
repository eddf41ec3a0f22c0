# the lock of one value is taken, that of another released
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct guarded *g = first_of(&guarded), *h = first_of(&guarded);
    if (!g || !h)
        return 0;
    bpf_spin_lock(&g->lock);
    bpf_spin_unlock(&h->lock);
    return 0;
}
-- rejected prog: lock-state: prog: insn * (lock_of_another_value.t:9): a lock is taken twice, left held or released without being held (bpf_spin_unlock): r1 = map value of guarded + 8, 16 bytes
-- kernel rejects bpf_spin_unlock of different lock
