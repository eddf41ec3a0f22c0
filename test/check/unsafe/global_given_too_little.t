# 4 bytes where the function takes 8
-- c
#include "../check.h"
GLOBAL int of(u64 *p) {
    return p ? *p : 0;
}
SEC("tc") int prog(struct __sk_buff *skb) {
    volatile u32 v = skb->len;
    asm volatile("r1 = %0; r1 += 4; r1 += -4" : : "r"(&v) : "r1");
    return of((void *)&v);
}
-- rejected prog: stack-bounds: prog: insn * (global_given_too_little.t:10): write of 8 bytes outside the frame: r1 = stack - 4, and the access covers r10-4 to r10+4
-- kernel rejects Caller passes invalid args into func#1 ('of')
