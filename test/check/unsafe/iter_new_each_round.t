# each round takes an element, but of an iterator that it has made anew: the loop has no end
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct bpf_iter_num it;
    bpf_iter_num_new(&it, 0, 10);
    bpf_iter_num_next(&it);
    for (;;) {
        bpf_iter_num_next(&it);
        bpf_iter_num_destroy(&it);
        bpf_iter_num_new(&it, 0, 10);
        bpf_iter_num_next(&it);
    }
}
-- rejected prog: unbounded-loop: prog: insn * (iter_new_each_round.t:9): no end of this loop was found
-- kernel accepts
