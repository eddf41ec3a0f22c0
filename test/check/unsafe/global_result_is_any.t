# what a global function returns is any number
-- c
#include "../check.h"
GLOBAL int number(int n) {
    return n & 7;
}
SEC("tc") int prog(struct __sk_buff *skb) {
    u64 *v = first_of(&values);
    return v ? v[number(skb->len)] : 0;
}
-- rejected prog: out-of-bounds: prog: insn * (global_result_is_any.t:9): read of 8 bytes outside the map value: r6 = map value of values + [-17179869184, 17179869176], a multiple of 8, 64 bytes, and the offset may be negative
-- kernel rejects math between map_value pointer and register with unbounded min value is not allowed
