# an iterator over bits, stepped as one over numbers
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct bpf_iter_bits it;
    u64 word = 5;
    bpf_iter_bits_new(&it, &word, 1);
    bpf_iter_num_next((void *)&it);
    bpf_iter_bits_destroy(&it);
    return 0;
}
-- rejected prog: iterator: prog: insn * (iter_another_kind.t:8): an iterator that is not initialised, or already is (bpf_iter_num_next): r1 = stack - 16
-- kernel rejects expected an initialized iter_num as arg #0
