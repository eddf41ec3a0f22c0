# a global function is checked alone: its index may be anything
-- c
#include "../check.h"
GLOBAL int at(u64 i) {
    u64 *v = first_of(&values);
    return v ? v[i] : 0;
}
SEC("tc") int prog(struct __sk_buff *skb) {
    return at(3);
}
-- rejected prog: out-of-bounds: at: insn * (global_argument_unbounded.t:6): read of 8 bytes outside the map value: r0 = map value of values + [-2^63, 9223372036854775800], a multiple of 8, 64 bytes, and the offset may be negative
-- kernel rejects math between map_value pointer and register with unbounded min value is not allowed
