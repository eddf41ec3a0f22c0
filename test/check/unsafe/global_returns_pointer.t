# a global function returns a number
-- c
#include "../check.h"
GLOBAL u64 frame(int n) {
    u64 r;
    asm volatile("%0 = r10" : "=r"(r));
    return r;
}
SEC("tc") int prog(struct __sk_buff *skb) {
    return frame(1) != 0;
}
-- rejected prog: return-type: frame: insn * (global_returns_pointer.t:7): the result is not a number: r0 = stack
-- kernel rejects At subprogram exit the register R0 is not a scalar value (fp)
