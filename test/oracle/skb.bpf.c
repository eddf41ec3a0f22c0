/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* skb.bpf.c - reading, writing and reshaping packets at tc. */
#include "oracle.h"

SEC("tc") int load(struct __sk_buff *skb) {
    u8 b[16] = {1, 2, 3, 4};
    OUT(bpf_skb_load_bytes(skb, 0, b, 16));
    OUT_BYTES(b, 16);
    OUT(bpf_skb_load_bytes(skb, skb->len - 8, b, 8));
    OUT_BYTES(b, 8);
    OUT(bpf_skb_load_bytes(skb, skb->len - 7, b, 8));
    OUT_BYTES(b, 8); /* a failed load zeroes */
    OUT(bpf_skb_load_bytes(skb, 0xffffffff, b, 8));
    OUT(bpf_skb_load_bytes(skb, 0x10000, b, 8));
    OUT(bpf_skb_load_bytes_relative(skb, 0, b, 8, 0));
    OUT_BYTES(b, 8);
    OUT(bpf_skb_load_bytes_relative(skb, 9, b, 8, 1));
    OUT_BYTES(b, 8);
    OUT(bpf_skb_load_bytes_relative(skb, 0, b, 8, 2));
    OUT(bpf_skb_load_bytes_relative(skb, skb->len, b, 8, 0));
    return TC_ACT_OK;
}
CASE(skb_load_bytes: run load udp4; run load tcp6:60:4; run load arp)

SEC("tc") int store(struct __sk_buff *skb) {
    u8 b[12] = {0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9};
    OUT(bpf_skb_store_bytes(skb, 0, b, 6, 0));
    OUT(bpf_skb_store_bytes(skb, 20, b, 3, 1));
    OUT(bpf_skb_store_bytes(skb, skb->len - 12, b, 12, 2));
    OUT(bpf_skb_store_bytes(skb, skb->len - 11, b, 12, 0));
    OUT(bpf_skb_store_bytes(skb, 30, b, 4, 4));
    OUT(bpf_skb_store_bytes(skb, 0xfffffff0, b, 4, 0));
    OUT(bpf_skb_store_bytes(skb, 0, b, 4, 8));
    return TC_ACT_UNSPEC;
}
CASE(skb_store_bytes: run store udp4; run store arp)

SEC("tc") int direct(struct __sk_buff *skb) {
    u8 *p = DATA(skb), *end = DATA_END(skb);
    OUT(end - p);
    OUT(bpf_skb_pull_data(skb, 0));
    OUT(bpf_skb_pull_data(skb, skb->len));
    OUT(bpf_skb_pull_data(skb, skb->len + 1));
    p = DATA(skb);
    end = DATA_END(skb);
    if (p + 42 > end)
        return TC_ACT_SHOT;
    u8 mac[6];
    memcpy(mac, p, 6);
    memcpy(p, p + 6, 6);
    memcpy(p + 6, mac, 6);
    p[22]--;
    *(u16 *)(p + 24) += 1;
    return TC_ACT_OK;
}
CASE(skb_direct: run direct udp4; run direct arp; run direct udp6:5:5)

SEC("tc") int tail(struct __sk_buff *skb) {
    u32 len = skb->len;
    OUT(bpf_skb_change_tail(skb, len + 20, 0));
    OUT(skb->len);
    OUT(bpf_skb_change_tail(skb, len + 3, 0));
    OUT(skb->len);
    OUT(bpf_skb_change_tail(skb, 13, 0));
    OUT(skb->len);
    OUT(bpf_skb_change_tail(skb, len, 1));
    OUT(bpf_skb_change_tail(skb, 1 << 20, 0));
    OUT(bpf_skb_change_tail(skb, len - 5, 0));
    OUT(skb->len);
    OUT((u32)(skb->data_end - skb->data));
    return TC_ACT_OK;
}
CASE(skb_change_tail: run tail udp4; run tail tcp4:300:1)
CASE(skb_change_tail_arp: run tail arp)

SEC("tc") int head(struct __sk_buff *skb) {
    u32 len = skb->len;
    u8 mac[14] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 8, 0};
    OUT(bpf_skb_change_head(skb, 14, 0));
    OUT(skb->len - len);
    OUT(bpf_skb_store_bytes(skb, 0, mac, 14, 0));
    OUT(bpf_skb_change_head(skb, 4, 1));
    OUT(bpf_skb_change_head(skb, 1 << 24, 0));
    OUT(bpf_skb_change_head(skb, 0, 0));
    OUT(skb->len - len);
    return TC_ACT_OK;
}
CASE(skb_change_head: run head)

SEC("tc") int vlan(struct __sk_buff *skb) {
    OUT(skb->vlan_present);
    OUT(bpf_skb_vlan_push(skb, htons(0x8100), 5 | 3 << 13));
    OUT(skb->vlan_present);
    OUT(skb->vlan_tci);
    OUT(skb->vlan_proto);
    OUT(skb->protocol);
    OUT(skb->len);
    OUT(bpf_skb_vlan_push(skb, htons(0x88a8), 77));
    OUT(skb->vlan_tci);
    OUT(skb->vlan_proto);
    OUT(skb->protocol);
    OUT(skb->len);
    OUT(bpf_skb_vlan_push(skb, htons(0x0800), 9));
    OUT(skb->vlan_tci);
    OUT(skb->len);
    return TC_ACT_OK;
}
SEC("tc") int unvlan(struct __sk_buff *skb) {
    OUT(bpf_skb_vlan_pop(skb));
    OUT(skb->vlan_present);
    OUT(skb->vlan_tci);
    OUT(skb->protocol);
    OUT(skb->len);
    OUT(bpf_skb_vlan_pop(skb));
    OUT(skb->len);
    OUT(bpf_skb_vlan_push(skb, htons(0x8100), 1));
    OUT(bpf_skb_vlan_push(skb, htons(0x8100), 2));
    OUT(bpf_skb_vlan_pop(skb));
    OUT(skb->vlan_tci);
    OUT(skb->len);
    OUT(bpf_skb_vlan_pop(skb));
    OUT(skb->vlan_present);
    OUT(skb->len);
    return TC_ACT_OK;
}
CASE(skb_vlan_push: run vlan udp4)
CASE(skb_vlan_pop: run unvlan udp4; run unvlan vlan4)
CASE(skb_vlan_on_tagged: run vlan vlan6)

u32 proto = 0xdd86, more;
SEC("tc") int change_proto(struct __sk_buff *skb) {
    u32 len = skb->len;
    OUT(bpf_skb_change_proto(skb, proto, more));
    OUT(skb->len - len);
    OUT(skb->protocol);
    OUT(bpf_skb_change_type(skb, 3));
    OUT(skb->pkt_type);
    OUT(bpf_skb_change_type(skb, 9));
    OUT(bpf_skb_change_type(skb, 0));
    OUT(skb->pkt_type);
    return TC_ACT_OK;
}
CASE(skb_change_proto_4to6: run change_proto udp4)
CASE(skb_change_proto_6to4: set proto=8; run change_proto udp6)
CASE(skb_change_proto_same: set proto=8; run change_proto udp4)
CASE(skb_change_proto_flags: set more=1; run change_proto udp4)
CASE(skb_change_proto_arp: run change_proto arp)

u64 room_flags;
u32 mode = 1;
s32 room = 20;
SEC("tc") int adjust_room(struct __sk_buff *skb) {
    u32 len = skb->len;
    OUT(bpf_skb_adjust_room(skb, room, mode, room_flags));
    OUT(skb->len - len);
    return TC_ACT_OK;
}
CASE(skb_adjust_room_mac: run adjust_room udp4)
CASE(skb_adjust_room_net: set mode=0; run adjust_room udp4; run adjust_room udp6)
CASE(skb_adjust_room_shrink: set room=-8; run adjust_room udp4; run adjust_room tcp4:80:1)
CASE(skb_adjust_room_shrink_net: set room=-8; set mode=0; run adjust_room tcp4:80:1)
CASE(skb_adjust_room_too_far: set room=-60; run adjust_room udp4)
CASE(skb_adjust_room_bad_mode: set mode=2; run adjust_room udp4)
CASE(skb_adjust_room_bad_flags: set room_flags=0x100000; run adjust_room udp4)
CASE(skb_adjust_room_arp: run adjust_room arp)
CASE(skb_adjust_room_huge: set room=5000; run adjust_room udp4)

SEC("tc") int hash(struct __sk_buff *skb) {
    OUT(skb->hash);
    OUT(bpf_set_hash(skb, 0x1234567));
    OUT(skb->hash);
    OUT(bpf_get_hash_recalc(skb));
    bpf_set_hash_invalid(skb);
    OUT(skb->hash);
    u32 h = bpf_get_hash_recalc(skb);
    OUT(h != 0 && h == skb->hash);
    OUT(bpf_get_hash_recalc(skb) == h);
    OUT(bpf_get_route_realm(skb));
    OUT(bpf_get_cgroup_classid(skb) == 0);
    return TC_ACT_OK;
}
CASE(skb_hash: run hash)

SEC("tc") int stamp(struct __sk_buff *skb) {
    OUT(skb->tstamp);
    OUT(skb->tstamp_type);
    OUT(bpf_skb_set_tstamp(skb, 777, 1));
    OUT(skb->tstamp);
    OUT(skb->tstamp_type);
    OUT(bpf_skb_set_tstamp(skb, 0, 1));
    OUT(bpf_skb_set_tstamp(skb, 5, 0));
    OUT(bpf_skb_set_tstamp(skb, 0, 0));
    OUT(bpf_skb_set_tstamp(skb, 6, 9));
    OUT(skb->tstamp);
    OUT(skb->tstamp_type);
    return TC_ACT_OK;
}
CASE(skb_tstamp: run stamp udp4 tstamp:5; run stamp udp6; run stamp arp)
