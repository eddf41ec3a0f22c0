# what it returns is bounded by its caller
-- c
#include "../check.h"
GLOBAL int number(int n) {
    return n * 3;
}
SEC("tc") int prog(struct __sk_buff *skb) {
    u64 *v = first_of(&values);
    return v ? v[number(skb->len) & 7] : 0;
}
-- accepted prog
