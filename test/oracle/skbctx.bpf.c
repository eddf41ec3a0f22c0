/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* skbctx.bpf.c - the fields of __sk_buff, whole and in parts, at tc and in a socket filter. Not ingress_ifindex,
 * which is 0 in a test run alone. */
#include "oracle.h"

SEC("tc") int fields(struct __sk_buff *skb) {
    OUT(skb->len);
    OUT(skb->pkt_type);
    OUT(skb->mark);
    OUT(skb->queue_mapping);
    OUT(skb->protocol);
    OUT(skb->vlan_present);
    OUT(skb->vlan_tci);
    OUT(skb->vlan_proto);
    OUT(skb->priority);
    OUT(skb->ifindex);
    OUT(skb->tc_index);
    OUT(skb->hash);
    OUT(skb->tc_classid);
    OUT(skb->napi_id);
    OUT(skb->wire_len);
    OUT(skb->gso_segs);
    OUT(skb->gso_size);
    OUT(skb->tstamp);
    OUT(skb->hwtstamp);
    OUT(skb->data_end - skb->data);
    OUT(skb->data_meta - skb->data);
    for (int i = 0; i < 5; i++)
        OUT(skb->cb[i]);
    return TC_ACT_OK;
}
CASE(skb_fields: run fields udp4 mark:7 prio:9 cb:1/2/3/4/5 tstamp:1000; run fields tcp6:100:3; run fields arp;
     run fields vlan4)

SEC("tc") int writes(struct __sk_buff *skb) {
    skb->mark = skb->mark * 3 + 1;
    skb->priority = 0x10002;
    skb->queue_mapping = 3;
    skb->tc_index = 0x54321;
    skb->tc_classid = 0x98765;
    skb->tstamp = skb->tstamp + 11;
    for (int i = 0; i < 5; i++)
        skb->cb[i] += i + 0x10000;
    OUT(skb->mark);
    OUT(skb->priority);
    OUT(skb->queue_mapping);
    OUT(skb->tc_index);
    OUT(skb->tc_classid);
    OUT(skb->tstamp);
    return TC_ACT_OK;
}
CASE(skb_writes: run writes udp4 mark:7 cb:1/2/3/4/5 tstamp:50; run writes udp4)

#define PART(type, field, byte) OUT(*(volatile type *)((u8 *)&skb->field + (byte)))
SEC("tc") int parts(struct __sk_buff *skb) {
    PART(u8, len, 0);
    PART(u16, len, 0);
    PART(u8, len, 1);
    PART(u16, mark, 0);
    PART(u16, mark, 2);
    PART(u8, mark, 3);
    PART(u8, protocol, 0);
    PART(u8, protocol, 1);
    PART(u16, protocol, 0);
    PART(u16, priority, 2);
    PART(u8, cb[1], 3);
    PART(u16, cb[1], 2);
    PART(u64, cb[0], 0);
    PART(u64, cb[2], 0);
    *(volatile u8 *)((u8 *)&skb->cb[3] + 1) = 0xab;
    *(volatile u16 *)((u8 *)&skb->cb[4] + 2) = 0xcdef;
    *(volatile u64 *)&skb->cb[0] = 0x1122334455667788;
    OUT(skb->cb[3]);
    OUT(skb->cb[4]);
    OUT(skb->cb[1]);
    return TC_ACT_OK;
}
CASE(skb_narrow_access: run parts udp4:300:1 mark:0x12345678 prio:0xabcdef01
     cb:0x01020304/0x05060708/0x090a0b0c/0x0d0e0f10/0x11121314)

SEC("socket") int socket_fields(struct __sk_buff *skb) {
    OUT(skb->len);
    OUT(skb->protocol);
    OUT(skb->pkt_type);
    OUT(skb->mark);
    OUT(skb->priority);
    OUT(skb->ifindex);
    OUT(skb->queue_mapping);
    OUT(skb->hash);
    for (int i = 0; i < 5; i++)
        skb->cb[i] += i * 2 + 1;
    OUT(skb->cb[4]);
    return skb->len;
}
CASE(socket_fields: run socket_fields udp4 mark:5 prio:6 cb:9/8/7/6/5; run socket_fields tcp6:1:1)

SEC("socket") int socket_bytes(struct __sk_buff *skb) {
    u8 b[8] = {};
    OUT(bpf_skb_load_bytes(skb, 0, b, 8));
    OUT_BYTES(b, 8);
    OUT(bpf_skb_load_bytes(skb, skb->len - 4, b, 4));
    OUT_BYTES(b, 8);
    OUT(bpf_skb_load_bytes(skb, skb->len - 3, b, 4));
    OUT_BYTES(b, 8);
    OUT(bpf_skb_load_bytes_relative(skb, 12, b, 8, 1));
    OUT_BYTES(b, 8);
    OUT(bpf_skb_load_bytes_relative(skb, 6, b, 8, 0));
    OUT_BYTES(b, 8);
    return b[0] > 5 ? 40 : 0;
}
CASE(socket_load_bytes: run socket_bytes udp4; run socket_bytes udp6:9:9)
