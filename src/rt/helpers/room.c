/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* room.c - helpers that make packets longer or shorter, within the room that the host left
 * before and behind them (struct pkt head, tail). Bytes that come in are zero. */
#include "rt/helpers/packet.h"
#include <errno.h>
#include <string.h>

bool pkt_shift(struct ctx *cx, u32 off, s32 n) {
    struct pkt *k = cx->pkt;
    u8 *data;
    if (off > pkt_len(k))
        return false;
    if (n >= 0) {
        if ((u64)n > (u64)(k->data - k->head))
            return false;
        data = k->data - n;
        memmove(data, k->data, off);
        memset(data + off, 0, (size_t)n);
    } else {
        if ((u64) - (s64)n > pkt_len(k) - off)
            return false;
        data = k->data + -(s64)n;
        memmove(data, k->data, off);
    }
    k->data = data;
    k->meta = data; /* as in the kernel: metadata does not survive a move of the head */
    pkt_moved(cx);
    return true;
}

/* ---- XDP ---- */

H(xdp_adjust_head) {
    struct pkt *k = cx->pkt;
    s64 n = (s32)r2, meta = k->data - k->meta;
    if (n < k->head + meta - k->data || n > k->end - k->data - ETH_LEN)
        return (u64)-EINVAL;
    if (meta)
        memmove(k->meta + n, k->meta, (size_t)meta);
    k->data += n;
    k->meta += n;
    pkt_moved(cx);
    return 0;
}

H(xdp_adjust_meta) {
    enum { META_MAX = 252 };
    struct pkt *k = cx->pkt;
    s64 n = (s32)r2, len = k->data - k->meta - n;
    if (n < k->head - k->meta || len < 0)
        return (u64)-EINVAL;
    if (len % 4 || len > META_MAX)
        return (u64)-EACCES;
    k->meta += n;
    packet_rows(cx);
    return 0;
}

H(xdp_adjust_tail) {
    struct pkt *k = cx->pkt;
    s64 n = (s32)r2;
    if (n > k->tail - k->end || n < ETH_LEN - (s64)pkt_len(k))
        return (u64)-EINVAL;
    if (n > 0) {
        if (!charge_bytes(cx, (u64)n))
            return 0;
        memset(k->end, 0, (size_t)n);
    }
    k->end += n;
    pkt_moved(cx);
    return 0;
}

/* ---- tc ---- */

H(skb_change_tail) {
    struct pkt *k = cx->pkt;
    s64 n = (s64)(u32)r2 - (s64)pkt_len(k);
    if (r3 || (u32)r2 > MAX_PACKET || (u32)r2 < ETH_LEN)
        return (u64)-EINVAL;
    if (n > k->tail - k->end)
        return (u64)-ENOMEM;
    if (n > 0) {
        if (!charge_bytes(cx, (u64)n))
            return 0;
        memset(k->end, 0, (size_t)n);
    }
    k->end += n;
    pkt_moved(cx);
    return 0;
}

H(skb_change_head) {
    if (r3 || (u32)r2 > MAX_PACKET || pkt_len(cx->pkt) + (u32)r2 > MAX_PACKET)
        return (u64)-EINVAL;
    return pkt_shift(cx, 0, (s32)r2) ? 0 : (u64)-ENOMEM;
}

static u32 ether_type(const struct pkt *k) {
    const u8 *p = pkt_at(k, 0, ETH_LEN);
    return p ? be16_at(p + MAC_LEN) : 0;
}

/* len_diff bytes behind the MAC header (BPF_ADJ_ROOM_MAC) or behind the IP header (.._NET). */
H(skb_adjust_room) {
    enum {
        ADJ_NET,
        ADJ_MAC,
        FIXED_GSO = 1,
        ENCAP_L3_IPV4 = 2,
        ENCAP_L3_IPV6 = 4,
        ENCAP_L4_GRE = 8,
        ENCAP_L4_UDP = 16,
        NO_CSUM_RESET = 32,
        ENCAP_L2_ETH = 64,
        DECAP_L3_IPV4 = 128,
        DECAP_L3_IPV6 = 256,
        LEN_MAX = 0xfff
    };
    const u64 known = 511 | (u64)0xff << 56; /* with BPF_F_ADJ_ROOM_ENCAP_L2 in the top byte */
    struct pkt *k = cx->pkt;
    u32 type = ether_type(k), ip = type == P_IP ? 20 : type == P_IPV6 ? 40 : 0, at = ETH_LEN;
    s32 n = (s32)r2;
    if (r4 & ~known)
        return (u64)-EINVAL;
    if (n > LEN_MAX || n < -LEN_MAX)
        return (u64)-EFAULT;
    if (!ip)
        return (u64)-ENOTSUPP_KERNEL;
    if ((u32)r3 == ADJ_NET)
        at += ip;
    else if ((u32)r3 != ADJ_MAC)
        return (u64)-ENOTSUPP_KERNEL;
    if (n < 0 && (u64)at - (u64)n + ((u32)r3 == ADJ_MAC ? ip : 0) > pkt_len(k))
        return (u64)-ENOTSUPP_KERNEL;
    if (n > 0 && pkt_len(k) + (u64)n > MAX_PACKET)
        return (u64)-ENOTSUPP_KERNEL;
    return pkt_shift(cx, at, n) ? 0 : (u64)-ENOMEM;
}

/* IPv4 <-> IPv6: room for the other header; the program writes it. */
H(skb_change_proto) {
    struct pkt *k = cx->pkt;
    u32 from = ether_type(k), to = __builtin_bswap16((u16)r2);
    s32 n = from == P_IP && to == P_IPV6 ? 20 : from == P_IPV6 && to == P_IP ? -20 : 0;
    if (r3)
        return (u64)-EINVAL;
    if (!n)
        return (u64)-ENOTSUPP_KERNEL;
    if (!pkt_shift(cx, ETH_LEN, n))
        return (u64)-ENOMEM;
    k->protocol = (u16)r2;
    k->hash = 0;
    return 0;
}

/* ---- VLAN: one tag beside the packet (vlan_tci), further ones in it ---- */

static bool is_vlan(u32 type) {
    return type == P_8021Q || type == P_8021AD;
}

H(skb_vlan_push) {
    struct pkt *k = cx->pkt;
    u32 proto = __builtin_bswap16((u16)r2);
    if (!is_vlan(proto))
        proto = P_8021Q;
    if (k->vlan_present) { /* the tag that is there goes into the packet */
        if (pkt_len(k) < ETH_LEN || !pkt_shift(cx, MAC_LEN, VLAN_LEN))
            return (u64)-ENOMEM;
        put_be16(k->data + MAC_LEN, __builtin_bswap16((u16)k->vlan_proto));
        put_be16(k->data + MAC_LEN + 2, k->vlan_tci);
        k->protocol = k->vlan_proto;
    }
    k->vlan_present = 1;
    k->vlan_tci = (u16)r3;
    k->vlan_proto = __builtin_bswap16((u16)proto);
    return 0;
}

/* The outermost tag of the packet moves beside it. */
static void lift_tag(struct ctx *cx) {
    struct pkt *k = cx->pkt;
    u8 *p = pkt_at(k, 0, ETH_LEN + VLAN_LEN);
    if (!p || !is_vlan(be16_at(p + MAC_LEN)))
        return;
    k->vlan_proto = __builtin_bswap16(be16_at(p + MAC_LEN));
    k->vlan_tci = be16_at(p + MAC_LEN + 2);
    k->vlan_present = 1;
    pkt_shift(cx, MAC_LEN, -VLAN_LEN);
    k->protocol = __builtin_bswap16((u16)ether_type(k));
}

H(skb_vlan_pop) {
    struct pkt *k = cx->pkt;
    if (!k->vlan_present)
        lift_tag(cx); /* then that one is popped */
    k->vlan_present = 0;
    k->vlan_tci = 0;
    k->vlan_proto = 0;
    lift_tag(cx);
    return 0;
}
