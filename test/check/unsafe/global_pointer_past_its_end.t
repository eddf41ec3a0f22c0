# of what is a pointer to 8 bytes 16 are read
-- c
#include "../check.h"
GLOBAL int of(u64 *p) {
    return p ? p[1] : 0;
}
SEC("tc") int prog(struct __sk_buff *skb) {
    u64 v[2] = {skb->len, 1};
    return of(v);
}
-- rejected prog: out-of-bounds: of: insn * (global_pointer_past_its_end.t:5): read of 8 bytes outside the memory: r1 = memory, 8 bytes, and the access ends at 16
-- kernel rejects R1 min value is outside of the allowed memory range
