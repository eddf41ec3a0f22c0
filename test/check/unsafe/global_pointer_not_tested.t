# a pointer that a global function is given may be null
-- c
#include "../check.h"
GLOBAL int of(u64 *p) {
    return *p;
}
SEC("tc") int prog(struct __sk_buff *skb) {
    u64 v = skb->len;
    return of(&v);
}
-- rejected prog: null-check: of: insn * (global_pointer_not_tested.t:5): r1 may be null: r1 = memory, or null, 8 bytes
-- kernel rejects R1 invalid mem access 'mem_or_null'
