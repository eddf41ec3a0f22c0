# read after it was dropped
-- c
#include "../check.h"
struct plain { u64 a, b; };
SEC("tc") int prog(struct __sk_buff *skb) {
    struct plain *p = obj_new(struct plain);
    if (!p)
        return 0;
    bpf_obj_drop_impl(p, NULL);
    return p->b;
}
-- rejected prog: not-a-pointer: prog: insn * (object_used_after_drop.t:10): read of 8 bytes at an address that is a number: r6 = any number
-- kernel rejects R6 invalid mem access 'scalar'
