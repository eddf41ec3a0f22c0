# null is allowed
-- c
#include "../check.h"
GLOBAL int of(u64 *p) {
    return p ? *p : 0;
}
SEC("tc") int prog(struct __sk_buff *skb) {
    return of(NULL);
}
-- accepted prog
