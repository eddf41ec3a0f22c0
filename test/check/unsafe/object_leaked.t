# an object that was allocated is dropped or kept somewhere
-- c
#include "../check.h"
struct plain { u64 a, b; };
SEC("tc") int prog(struct __sk_buff *skb) {
    struct plain *p = obj_new(struct plain);
    if (p)
        p->a = 1;
    return 0;
}
-- rejected prog: reference-leak: prog: insn * (object_leaked.t:9): what a function gave is not released on this path
-- kernel rejects BPF_EXIT instruction in main prog would lead to reference leak
