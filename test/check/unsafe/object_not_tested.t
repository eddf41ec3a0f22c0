# there may be no memory
-- c
#include "../check.h"
struct plain { u64 a, b; };
SEC("tc") int prog(struct __sk_buff *skb) {
    struct plain *p = obj_new(struct plain);
    p->a = 1;
    bpf_obj_drop_impl(p, NULL);
    return 0;
}
-- rejected prog: null-check: prog: insn * (object_not_tested.t:7): r0 may be null: r0 = object, or null
-- kernel rejects R0 invalid mem access 'ptr_or_null_'
