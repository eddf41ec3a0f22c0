# the iterator was written over
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct bpf_iter_num it;
    bpf_iter_num_new(&it, 0, 3);
    *(volatile u64 *)&it = 0;
    bpf_iter_num_destroy(&it);
    return 0;
}
-- rejected prog: iterator: prog: insn * (iter_overwritten.t:7): an iterator that is not initialised, or already is
-- kernel rejects expected an initialized iter_num as arg #0
