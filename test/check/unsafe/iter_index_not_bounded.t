# the number of an iterator is any number
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct bpf_iter_num it;
    u64 *v = first_of(&values), sum = 0;
    u32 end = skb->len;
    int *i;
    if (!v)
        return 0;
    bpf_iter_num_new(&it, 0, end);
    while ((i = bpf_iter_num_next(&it)))
        sum += v[*i];
    bpf_iter_num_destroy(&it);
    return sum;
}
-- rejected prog: out-of-bounds: prog: insn * (iter_index_not_bounded.t:13): read of 8 bytes outside the map value: r3 = map value of values + [-17179869184, 17179869176], a multiple of 8, 64 bytes, and the offset may be negative
-- kernel rejects math between map_value pointer and register with unbounded min value is not allowed
