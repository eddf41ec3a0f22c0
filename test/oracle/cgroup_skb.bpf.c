/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* cgroup_skb.bpf.c - programs at a cgroup: the packet begins with the network header and is read-only; what of
 * __sk_buff they may read and write, and which helpers they have. */
#include "oracle.h"

SEC("cgroup_skb/ingress") int fields(struct __sk_buff *skb) {
    OUT(skb->len);
    OUT(skb->pkt_type);
    OUT(skb->mark);
    OUT(skb->queue_mapping);
    OUT(skb->protocol);
    OUT(skb->vlan_present);
    OUT(skb->priority);
    OUT(skb->ifindex);
    OUT(skb->tc_index);
    OUT(skb->hash);
    OUT(skb->napi_id);
    OUT(skb->gso_segs);
    OUT(skb->gso_size);
    OUT(skb->tstamp);
    OUT(skb->hwtstamp);
    OUT(skb->data_end - skb->data);
    for (int i = 0; i < 5; i++)
        OUT(skb->cb[i]);
    return 1;
}
CASE(cgroup_fields: run fields udp4 mark:7 prio:9 cb:1/2/3/4/5 tstamp:1000; run fields tcp6:100:3)

SEC("cgroup_skb/egress") int writes(struct __sk_buff *skb) {
    skb->mark = skb->mark * 3 + 1;
    skb->priority = 0x10002;
    skb->tstamp = skb->tstamp + 11;
    for (int i = 0; i < 5; i++)
        skb->cb[i] += i + 0x10000;
    return skb->mark & 1;
}
CASE(cgroup_writes: run writes udp4 mark:7 cb:1/2/3/4/5 tstamp:50; run writes udp4 mark:3)

SEC("cgroup_skb/ingress") int reads(struct __sk_buff *skb) {
    struct iphdr *ip = DATA(skb);
    u8 b[16] = {};
    if ((void *)(ip + 1) > DATA_END(skb))
        return 0;
    OUT(ip->version);
    OUT(ip->protocol);
    OUT(ip->saddr);
    OUT(bpf_skb_load_bytes(skb, 0, b, 8));
    OUT_BYTES(b, 16);
    OUT(bpf_skb_load_bytes(skb, 12, b, 16));
    OUT_BYTES(b, 16);
    OUT(bpf_skb_load_bytes(skb, 5000, b, 16));
    OUT(bpf_skb_load_bytes_relative(skb, 1, b, 8, 1));
    OUT_BYTES(b, 16);
    return ip->protocol == 17;
}
CASE(cgroup_reads: run reads udp4; run reads tcp6:100:3)

SEC("cgroup/skb") int ecn(struct __sk_buff *skb) {
    u8 b[16];
    OUT(bpf_skb_ecn_set_ce(skb));
    OUT(bpf_skb_load_bytes(skb, 0, b, 16));
    OUT_BYTES(b, 16);
    return 1;
}
CASE(cgroup_ecn: run ecn udp4; run ecn udp6)
