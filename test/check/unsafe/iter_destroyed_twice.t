# given back, and again
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct bpf_iter_num it;
    bpf_iter_num_new(&it, 0, 3);
    bpf_iter_num_destroy(&it);
    bpf_iter_num_destroy(&it);
    return 0;
}
-- rejected prog: iterator: prog: insn * (iter_destroyed_twice.t:8): an iterator that is not initialised, or already is (bpf_iter_num_destroy): r1 = stack - 8
-- kernel rejects expected an initialized iter_num as arg #0
