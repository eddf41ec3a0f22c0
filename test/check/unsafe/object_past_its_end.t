# 8 bytes behind 16
-- c
#include "../check.h"
struct plain { u64 a, b; };
SEC("tc") int prog(struct __sk_buff *skb) {
    struct plain *p = obj_new(struct plain);
    u64 r;
    if (!p)
        return 0;
    r = (&p->a)[2];
    bpf_obj_drop_impl(p, NULL);
    return r;
}
-- rejected prog: out-of-bounds: prog: insn * (object_past_its_end.t:10): read of 8 bytes outside the object: r0 = object
-- kernel rejects access beyond struct plain at off 16 size 8
