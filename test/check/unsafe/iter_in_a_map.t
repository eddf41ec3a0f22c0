# an iterator stands in the frame
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct bpf_iter_num *it = first_of(&values);
    if (!it)
        return 0;
    bpf_iter_num_new(it, 0, 3);
    bpf_iter_num_destroy(it);
    return 0;
}
-- rejected prog: iterator: prog: insn * (iter_in_a_map.t:8): an iterator that is not initialised, or already is (bpf_iter_num_new): r1 = map value of values, 64 bytes
-- kernel rejects arg#0 expected pointer to an iterator on stack
