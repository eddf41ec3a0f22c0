# a global function bounds what it is given
-- c
#include "../check.h"
GLOBAL int at(u64 i) {
    u64 *v = first_of(&values);
    return v ? v[i & 7] : 0;
}
SEC("tc") int prog(struct __sk_buff *skb) {
    return at(skb->len);
}
-- accepted prog
