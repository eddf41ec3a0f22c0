# nothing was put there
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct bpf_iter_num it;
    int *v = bpf_iter_num_next(&it);
    return v ? 1 : 0;
}
-- rejected prog: iterator: prog: insn * (iter_not_made.t:6): an iterator that is not initialised, or already is (bpf_iter_num_next): r1 = stack - 8
-- kernel rejects expected an initialized iter_num as arg #0
