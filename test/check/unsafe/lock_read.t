# nor read
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct guarded *g = first_of(&guarded);
    return g ? g->lock.val : 0;
}
-- rejected prog: special-field: prog: insn * (lock_read.t:6): read of 4 bytes: a lock, timer, list or tree in a map value is accessed as bytes (guarded): r0 = map value of guarded, 16 bytes
-- kernel rejects bpf_spin_lock cannot be accessed directly by load/store
