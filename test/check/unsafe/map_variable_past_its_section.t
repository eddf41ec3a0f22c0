# behind the last variable
-- c
#include "../check.h"
u64 counter = 1;
SEC("tc") int prog(struct __sk_buff *skb) {
    u64 *p = &counter;
    KEEP(p);
    p[1] = 6;
    return 0;
}
-- rejected prog: out-of-bounds: prog: insn * (map_variable_past_its_section.t:8): write of 8 bytes outside the map value: r1 = map value of .data, 8 bytes, and the access ends at 16
-- kernel rejects R1 min value is outside of the allowed memory range
