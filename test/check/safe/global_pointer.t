# a pointer to a number, tested
-- c
#include "../check.h"
struct pair { u64 a; u32 b; };
GLOBAL int of(struct pair *p) {
    return p ? p->a + p->b : 0;
}
SEC("tc") int prog(struct __sk_buff *skb) {
    struct pair p = {skb->len, 1};
    return of(&p);
}
-- accepted prog
