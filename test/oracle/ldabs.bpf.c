/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ldabs.bpf.c - the packet loads of classic BPF that eBPF kept (RFC 9669, 5.4 "legacy"). */
#include "oracle.h"

u64 load_byte(void *skb, u64 off) asm("llvm.bpf.load.byte");
u64 load_half(void *skb, u64 off) asm("llvm.bpf.load.half");
u64 load_word(void *skb, u64 off) asm("llvm.bpf.load.word");

SEC("socket") int absolute(struct __sk_buff *skb) {
    OUT_INLINE(load_byte(skb, 0));
    OUT_INLINE(load_half(skb, 2));
    OUT_INLINE(load_word(skb, 12));
    OUT_INLINE(load_word(skb, 17));
    return load_byte(skb, 9);
}
CASE(ld_abs: run absolute udp4; run absolute tcp4; run absolute udp6; run absolute rand:40:5)

u32 off = 20;
SEC("socket") int indirect(struct __sk_buff *skb) {
    OUT_INLINE(load_half(skb, off));
    OUT_INLINE(load_word(skb, off + 4));
    OUT_INLINE(load_byte(skb, off - 1));
    return 9;
}
CASE(ld_ind: run indirect udp4)
CASE(ld_ind_last_word: set off=56; run indirect udp4)
CASE(ld_ind_past_end: set off=57; run indirect udp4)
CASE(ld_ind_half_past_end: set off=61; run indirect udp4)
CASE(ld_ind_far: set off=0x7fffffff; run indirect udp4)
CASE(ld_ind_net_offset: set off=-0x100000; run indirect udp4)
CASE(ld_ind_link_offset: set off=-0x200000; run indirect udp4)
CASE(ld_ind_bad_negative: set off=-5; run indirect udp4)

SEC("tc") int at_tc(struct __sk_buff *skb) {
    OUT_INLINE(load_half(skb, 12));
    OUT_INLINE(load_word(skb, 30));
    OUT_INLINE(load_byte(skb, skb->len - 1));
    OUT_INLINE(load_byte(skb, skb->len)); /* ends it, with 0 */
    OUT_INLINE(99);
    return TC_ACT_SHOT;
}
CASE(ld_abs_tc: run at_tc udp4; run at_tc arp)
