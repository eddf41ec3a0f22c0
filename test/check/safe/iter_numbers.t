# the loop of an iterator, the number bounded by a test
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct bpf_iter_num it;
    u64 *v = first_of(&values), sum = 0;
    int *i;
    if (!v)
        return 0;
    bpf_iter_num_new(&it, 0, 100);
    while ((i = bpf_iter_num_next(&it))) {
        u32 at = *i;
        if (at < 8)
            sum += v[at];
    }
    bpf_iter_num_destroy(&it);
    return sum;
}
-- accepted prog
