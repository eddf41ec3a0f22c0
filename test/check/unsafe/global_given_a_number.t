# a number where the function takes a pointer
-- c
#include "../check.h"
GLOBAL int of(u64 *p) {
    return p ? *p : 0;
}
SEC("tc") int prog(struct __sk_buff *skb) {
    return of((void *)(long)skb->len);
}
-- rejected prog: not-a-pointer: prog: insn * (global_given_a_number.t:8): read of 8 bytes at an address that is a number: r1 = [0, 4294967295]
-- kernel rejects Caller passes invalid args into func#1 ('of')
