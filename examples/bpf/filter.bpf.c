/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* filter.bpf.c - a socket filter in the manner of tcpdump: how many bytes to keep.
 * in: a frame from its Ethernet header on    out: snap length, 0 = not ours
 * Reads by the legacy packet instructions (ld_abs, ld_ind): big-endian values, and
 * a read past the end of the packet ends the program with 0. */
#include "bpf.h"

u64 load_byte(void *skb, u64 off) asm("llvm.bpf.load.byte");
u64 load_half(void *skb, u64 off) asm("llvm.bpf.load.half");
u64 load_word(void *skb, u64 off) asm("llvm.bpf.load.word");

enum { SNAP_HEADERS = 96, SNAP_ALL = 0xffff };

SEC("socket")
int filter(struct __sk_buff *skb) {
    u64 at = ETH_HLEN, proto = load_half(skb, 12);

    if (proto == ETH_P_8021Q) {
        proto = load_half(skb, at + 2);
        at += 4;
    }
    if (proto == ETH_P_ARP)
        return 64;
    if (proto != ETH_P_IP || load_half(skb, at + 6) & IP_OFFSET)
        return 0;

    u64 l4 = at + (load_byte(skb, at) & 15) * 4;
    switch (load_byte(skb, at + 9)) {
    case IPPROTO_TCP: { /* headers only; SYN, FIN and RST whole */
        u64 hdr = l4 + (load_byte(skb, l4 + 12) >> 4) * 4;
        return load_byte(skb, l4 + 13) & 7 ? SNAP_ALL : hdr < SNAP_HEADERS ? hdr : SNAP_HEADERS;
    }
    case IPPROTO_UDP: /* name lookups whole */
        if (load_half(skb, l4) == 53 || load_half(skb, l4 + 2) == 53)
            return SNAP_ALL;
        return l4 + sizeof(struct udphdr);
    case IPPROTO_ICMP: /* echo requests, of which the checksum word is not zero */
        return load_byte(skb, l4) == 8 && load_word(skb, l4) & 0xffff ? SNAP_HEADERS : 0;
    }
    return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
