# the number is gone with the next one
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct bpf_iter_num it;
    int *v, *w, r = 0;
    bpf_iter_num_new(&it, 0, 3);
    v = bpf_iter_num_next(&it);
    w = bpf_iter_num_next(&it);
    if (v && w)
        r = v[1];
    bpf_iter_num_destroy(&it);
    return r;
}
-- rejected prog: out-of-bounds: prog: insn * (iter_element_of_the_step_before.t:11): read of 4 bytes outside the memory: r7 = memory, 4 bytes, and the access ends at 8
-- kernel rejects R7 min value is outside of the allowed memory range
