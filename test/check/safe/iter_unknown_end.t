# how often is not known, and it ends
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct bpf_iter_num it;
    u64 sum = 0;
    u32 end = skb->len;
    int *i;
    bpf_iter_num_new(&it, 0, end);
    while ((i = bpf_iter_num_next(&it)))
        sum += *i;
    bpf_iter_num_destroy(&it);
    return sum;
}
-- accepted prog
