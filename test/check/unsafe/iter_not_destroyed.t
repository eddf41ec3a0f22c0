# an iterator is given back
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct bpf_iter_num it;
    bpf_iter_num_new(&it, 0, 3);
    return 0;
}
-- rejected prog: iterator: prog: insn * (iter_not_destroyed.t:7): an iterator that is not initialised, or already is
-- kernel rejects BPF_EXIT instruction in main prog would lead to reference leak
