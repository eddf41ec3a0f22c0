# a value with a lock is no memory for a helper to fill
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct guarded *g = first_of(&guarded);
    if (g)
        bpf_skb_load_bytes(skb, 0, g, sizeof *g);
    return 0;
}
-- rejected prog: special-field: prog: insn * (lock_given_to_helper.t:7): write of 16 bytes: a lock, timer, list or tree in a map value is accessed as bytes (bpf_skb_load_bytes): r3 = map value of guarded, 16 bytes
-- kernel rejects bpf_spin_lock cannot be accessed directly by load/store
