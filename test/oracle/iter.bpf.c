/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* iter.bpf.c - the open-coded iterator over numbers (kernel 6.4). */
#include "oracle.h"

struct bpf_iter_num {
    u64 opaque[1];
} __attribute__((aligned(8)));
KSYM int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end);
KSYM int *bpf_iter_num_next(struct bpf_iter_num *it);
KSYM void bpf_iter_num_destroy(struct bpf_iter_num *it);

s32 from = -3, to = 12;
u64 sum;
SEC("tc") int numbers(struct __sk_buff *skb) {
    struct bpf_iter_num it;
    int *v;
    OUT(bpf_iter_num_new(&it, from, to));
    while ((v = bpf_iter_num_next(&it)))
        sum = sum * 3 + *v;
    OUT(bpf_iter_num_next(&it) == NULL);
    bpf_iter_num_destroy(&it);
    OUT(sum);
    return TC_ACT_OK;
}
CASE(iter_num: kernel 6.4; run numbers)
CASE(iter_num_empty: kernel 6.4; set from=12; run numbers)
CASE(iter_num_backwards: kernel 6.4; set from=13; run numbers)
CASE(iter_num_too_many: kernel 6.4; set from=0; set to=8388609; run numbers)
