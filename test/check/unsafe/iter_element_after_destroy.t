# the number is gone with its iterator
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct bpf_iter_num it;
    int *v;
    bpf_iter_num_new(&it, 0, 3);
    v = bpf_iter_num_next(&it);
    bpf_iter_num_destroy(&it);
    return v ? *v : 0;
}
-- rejected prog: not-a-pointer: prog: insn * (iter_element_after_destroy.t:10): read of 4 bytes at an address that is a number: r7 = [1, 2^64-1]
-- kernel rejects R7 invalid mem access 'scalar'
