# an iterator in the loop of another
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct bpf_iter_num a, b;
    u64 sum = 0;
    int *i, *k;
    bpf_iter_num_new(&a, 0, 10);
    while ((i = bpf_iter_num_next(&a))) {
        int base = *i;
        bpf_iter_num_new(&b, 0, 10);
        while ((k = bpf_iter_num_next(&b)))
            sum += base * *k;
        bpf_iter_num_destroy(&b);
    }
    bpf_iter_num_destroy(&a);
    return sum;
}
-- accepted prog
