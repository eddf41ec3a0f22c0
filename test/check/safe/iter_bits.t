# the set bits of a word
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct bpf_iter_bits it;
    u64 word = skb->len;
    int *i, n = 0;
    bpf_iter_bits_new(&it, &word, 1);
    while ((i = bpf_iter_bits_next(&it)))
        n += *i;
    bpf_iter_bits_destroy(&it);
    return n;
}
-- accepted prog
