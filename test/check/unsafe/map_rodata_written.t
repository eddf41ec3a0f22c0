# constants stay what they are
-- c
#include "../check.h"
const volatile u64 limit = 5;
SEC("tc") int prog(struct __sk_buff *skb) {
    u64 *p = (u64 *)&limit;
    KEEP(p);
    *p = 6;
    return 0;
}
-- rejected prog: read-only: prog: insn * (map_rodata_written.t:8): write of 8 bytes: a store to memory that may only be read (.rodata): r1 = map value of .rodata, 8 bytes
-- kernel rejects write into map forbidden, value_size=8 off=0 size=8
