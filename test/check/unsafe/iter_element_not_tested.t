# there may be no next number
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct bpf_iter_num it;
    int *v, r;
    bpf_iter_num_new(&it, 0, 3);
    v = bpf_iter_num_next(&it);
    r = *v;
    bpf_iter_num_destroy(&it);
    return r;
}
-- rejected prog: not-a-pointer: prog: insn * (iter_element_not_tested.t:9): read of 4 bytes at an address that is a number: r0 = 0
-- kernel rejects R0 invalid mem access 'scalar'
