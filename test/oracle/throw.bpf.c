/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* throw.bpf.c - exceptions: they end the program from any depth, and their cookie is its result (kernel 6.7). */
#include "oracle.h"

KSYM void bpf_throw(u64 cookie);

GLOBAL int deeper(u64 v) {
    if (v > 4)
        bpf_throw(v * 10);
    OUT(v);
    return v;
}
SEC("tc") int from_function(struct __sk_buff *skb) {
    for (u32 i = 0; i < 8; i++)
        deeper(i);
    return 1;
}
CASE(throws: kernel 6.7; run from_function udp4)
