# variables of data, bss and rodata
-- c
#include "../check.h"
u64 counter = 1, zero;
const volatile u32 limit = 5;
SEC("tc") int prog(struct __sk_buff *skb) {
    counter++;
    zero += limit;
    return counter > limit;
}
-- accepted prog
