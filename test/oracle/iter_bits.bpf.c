/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* iter_bits.bpf.c - the open-coded iterator over set bits. */
#include "oracle.h"

struct bpf_iter_bits {
    u64 opaque[2];
} __attribute__((aligned(8)));
KSYM int bpf_iter_bits_new(struct bpf_iter_bits *it, const u64 *p, u32 words);
KSYM int *bpf_iter_bits_next(struct bpf_iter_bits *it);
KSYM void bpf_iter_bits_destroy(struct bpf_iter_bits *it);
u64 bits[2] = {0x8000000000000005, 0x10};
SEC("tc") int bit_numbers(struct __sk_buff *skb) {
    struct bpf_iter_bits it;
    int *v;
    u64 copy[2] = {bits[0], bits[1]};
    OUT(bpf_iter_bits_new(&it, copy, 2));
    while ((v = bpf_iter_bits_next(&it)))
        OUT(*v);
    bpf_iter_bits_destroy(&it);
    OUT(bpf_iter_bits_new(&it, copy, 0));
    bpf_iter_bits_destroy(&it);
    OUT(bpf_iter_bits_new(&it, copy, 1000));
    OUT(bpf_iter_bits_next(&it) == NULL);
    bpf_iter_bits_destroy(&it);
    return TC_ACT_OK;
}
CASE(iter_bits: kernel 6.12; run bit_numbers)
