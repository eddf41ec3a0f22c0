# an index that is tested
-- c
#include "../check.h"
u64 table[16] = {1};
SEC("tc") int prog(struct __sk_buff *skb) {
    u32 i = skb->len;
    KEEP(i);
    return i < 16 ? table[i] : 0;
}
-- accepted prog
