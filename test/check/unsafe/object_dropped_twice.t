# dropped, and dropped again
-- c
#include "../check.h"
struct plain { u64 a, b; };
SEC("tc") int prog(struct __sk_buff *skb) {
    struct plain *p = obj_new(struct plain);
    if (!p)
        return 0;
    bpf_obj_drop_impl(p, NULL);
    bpf_obj_drop_impl(p, NULL);
    return 0;
}
-- rejected prog: argument-type: prog: insn * (object_dropped_twice.t:10): argument 1 of bpf_obj_drop_impl: an argument is not what the function takes: r1 = any number
-- kernel rejects R1 must be referenced or trusted
