# not where the lock stands
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct guarded *g = first_of(&guarded);
    if (!g)
        return 0;
    bpf_spin_lock((void *)&g->last);
    bpf_spin_unlock((void *)&g->last);
    return 0;
}
-- rejected prog: argument-type: prog: insn * (lock_wrong_offset.t:8): argument 1 of bpf_spin_lock: an argument is not what the function takes: r1 = map value of guarded + 12, 16 bytes
-- kernel rejects off 12 doesn't point to 'struct bpf_spin_lock' that is at 8
