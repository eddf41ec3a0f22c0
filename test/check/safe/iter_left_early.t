# the loop is left, and the iterator is given back all the same
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct bpf_iter_num it;
    int *i, r = 0;
    bpf_iter_num_new(&it, 0, 1000);
    while ((i = bpf_iter_num_next(&it)))
        if (*i == 7) {
            r = 1;
            break;
        }
    bpf_iter_num_destroy(&it);
    return r;
}
-- accepted prog
