/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ecn.bpf.c - congestion marks. */
#include "oracle.h"

SEC("tc") int ecn(struct __sk_buff *skb) {
    u8 tos;
    OUT(bpf_skb_ecn_set_ce(skb));
    OUT(bpf_skb_load_bytes(skb, 15, &tos, 1));
    tos |= 2;
    OUT(bpf_skb_store_bytes(skb, 15, &tos, 1, 0));
    OUT(bpf_skb_ecn_set_ce(skb));
    OUT(bpf_skb_ecn_set_ce(skb));
    return TC_ACT_OK;
}
CASE(skb_ecn: run ecn udp4; run ecn arp)
