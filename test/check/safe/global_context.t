# the context goes to a global function
-- c
#include "../check.h"
GLOBAL int length(struct __sk_buff *skb) {
    return skb->len;
}
SEC("tc") int prog(struct __sk_buff *skb) {
    return length(skb);
}
-- accepted prog
