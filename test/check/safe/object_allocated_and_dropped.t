# new, tested, used, dropped
-- c
#include "../check.h"
struct plain { u64 a, b; };
SEC("tc") int prog(struct __sk_buff *skb) {
    struct plain *p = obj_new(struct plain);
    u64 r;
    if (!p)
        return 0;
    p->a = skb->len;
    r = p->a;
    bpf_obj_drop_impl(p, NULL);
    return r;
}
-- accepted prog
