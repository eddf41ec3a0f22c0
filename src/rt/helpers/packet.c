/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* packet.c - helpers that copy to and from the packet, and send it somewhere. */
#include "rt/helpers/packet.h"
#include "rt/hashfn.h"
#include <errno.h>

enum { XDP_ABORTED = 0, XDP_REDIRECT = 4, TC_ACT_SHOT = 2, TC_ACT_REDIRECT = 7 };

/* ---- copies ---- */

static u64 load(struct ctx *cx, const u8 *base, u64 off, u64 to, u64 len) {
    u64 have = base ? (u64)(cx->pkt->end - base) : 0;
    bool good = base && (u32)off <= INT32_MAX && (u32)off <= have && len <= have - (u32)off;
    if (good)
        memmove(ptr(to), base + (u32)off, len);
    else
        memset(ptr(to), 0, len);
    return good ? 0 : (u64)-EFAULT;
}

H(skb_load_bytes) {
    return load(cx, cx->pkt->data, r2, r3, r4);
}

H(skb_load_bytes_relative) {
    enum { HDR_START_MAC, HDR_START_NET };
    const u8 *base = r5 == HDR_START_MAC || r5 == HDR_START_NET ? packet_base(cx, r5 == HDR_START_NET) : NULL;
    return load(cx, base, r2, r3, r4);
}

H(skb_store_bytes) {
    enum { RECOMPUTE_CSUM = 1, INVALIDATE_HASH = 2 };
    u8 *p;
    if (r5 & ~(u64)(RECOMPUTE_CSUM | INVALIDATE_HASH))
        return (u64)-EINVAL;
    if ((u32)r2 > INT32_MAX || !(p = pkt_at(cx->pkt, (u32)r2, r4)))
        return (u64)-EFAULT;
    memmove(p, ptr(r3), r4);
    if (r5 & INVALIDATE_HASH)
        cx->pkt->hash = 0;
    return 0;
}

H(xdp_get_buff_len) {
    return pkt_len(cx->pkt);
}

H(xdp_load_bytes) {
    const u8 *p;
    if ((u32)r2 > MAX_PACKET || r4 > MAX_PACKET)
        return (u64)-EFAULT;
    if (!(p = pkt_at(cx->pkt, (u32)r2, r4)))
        return (u64)-EINVAL;
    memmove(ptr(r3), p, r4);
    return 0;
}

H(xdp_store_bytes) {
    u8 *p;
    if ((u32)r2 > MAX_PACKET || r4 > MAX_PACKET)
        return (u64)-EFAULT;
    if (!(p = pkt_at(cx->pkt, (u32)r2, r4)))
        return (u64)-EINVAL;
    memmove(p, ptr(r3), r4);
    return 0;
}

H(skb_pull_data) {
    return (u32)r2 <= pkt_len(cx->pkt) ? 0 : (u64)-ENOMEM; /* all of it is linear */
}

/* ---- fields ---- */

H(skb_change_type) {
    enum { OTHERHOST = 3 }; /* PACKET_HOST, BROADCAST, MULTICAST, OTHERHOST */
    if ((u32)r2 > OTHERHOST || cx->pkt->pkt_type > OTHERHOST)
        return (u64)-EINVAL;
    cx->pkt->pkt_type = (u32)r2;
    return 0;
}

H(set_hash) {
    cx->pkt->hash = (u32)r2;
    return 0;
}

H(set_hash_invalid) {
    cx->pkt->hash = 0;
    return 0;
}

/* Addresses, protocol and ports of an IP packet: one hash for each flow. */
static u32 flow_hash(const struct pkt *k) {
    u8 key[40] = {0};
    const u8 *eth = pkt_at(k, 0, ETH_LEN), *ip, *ports;
    u32 l4 = 0, proto = 0;
    if (!eth)
        return 1;
    if (be16_at(eth + MAC_LEN) == P_IP && (ip = pkt_at(k, ETH_LEN, 20))) {
        memcpy(key, ip + 12, 8);
        proto = ip[9];
        l4 = ETH_LEN + (ip[0] & 15u) * 4;
    } else if (be16_at(eth + MAC_LEN) == P_IPV6 && (ip = pkt_at(k, ETH_LEN, 40))) {
        memcpy(key, ip + 8, 32);
        proto = ip[6];
        l4 = ETH_LEN + 40;
    } else {
        memcpy(key, eth, ETH_LEN);
    }
    key[36] = (u8)proto;
    if ((proto == 6 || proto == 17) && (ports = pkt_at(k, l4, 4)))
        memcpy(key + 32, ports, 4);
    u32 h = (u32)hash_key(key, sizeof key, 0);
    return h ? h : 1;
}

H(get_hash_recalc) {
    if (!cx->pkt->hash)
        cx->pkt->hash = flow_hash(cx->pkt);
    return cx->pkt->hash;
}

H(skb_set_tstamp) {
    enum { REALTIME, MONOTONIC, TAI }; /* BPF_SKB_CLOCK_*, since Linux 6.11 */
    struct pkt *k = cx->pkt;
    u32 proto = __builtin_bswap16((u16)k->protocol);
    if (proto != P_IP && proto != P_IPV6)
        return (u64)-EOPNOTSUPP;
    if ((u32)r3 > TAI || ((u32)r3 != REALTIME && !r2))
        return (u64)-EINVAL;
    k->tstamp = r2;
    k->tstamp_type = (u32)r3;
    return 0;
}

#define NOT_TOLD(name)                                                                                                 \
    K(name) {                                                                                                          \
        return cx->type->kind == PROG_XDP ? (u64)-EOPNOTSUPP : trap(cx, TRAP_BAD_CONTEXT);                             \
    }
NOT_TOLD(bpf_xdp_metadata_rx_timestamp)
NOT_TOLD(bpf_xdp_metadata_rx_hash)
NOT_TOLD(bpf_xdp_metadata_rx_vlan_tag)

/* ---- sending ---- */

static void send_to(struct pkt *k, u32 ifindex, u64 flags) {
    k->redirected = true;
    k->redirect_ifindex = ifindex;
    k->redirect_flags = flags;
}

H(redirect) {
    enum { INGRESS = 1 };
    bool xdp = cx->type->kind == PROG_XDP;
    if (r2 & ~(u64)(xdp ? 0 : INGRESS))
        return xdp ? XDP_ABORTED : TC_ACT_SHOT;
    send_to(cx->pkt, (u32)r1, r2);
    return xdp ? XDP_REDIRECT : TC_ACT_REDIRECT;
}

H(redirect_peer) {
    if (r2)
        return TC_ACT_SHOT;
    send_to(cx->pkt, (u32)r1, r2);
    return TC_ACT_REDIRECT;
}

H(redirect_neigh) {
    enum { PARAMS = 20 }; /* struct bpf_redir_neigh */
    if (r4 || (r3 && r3 < PARAMS))
        return TC_ACT_SHOT;
    send_to(cx->pkt, (u32)r1, r4);
    return TC_ACT_REDIRECT;
}

H(clone_redirect) {
    if (r3 & ~(u64)1)
        return (u64)-EINVAL;
    cx->in->clones++;
    return 0;
}

H(redirect_map) {
    enum { ACTIONS = 3, BROADCAST = 8, EXCLUDE_INGRESS = 16, DEVMAP = 14, CPUMAP = 16, XSKMAP = 17, DEVMAP_HASH = 25 };
    struct map *m = ptr(r1);
    u32 key = (u32)r2, to = 0;
    bool dev = m->type == DEVMAP || m->type == DEVMAP_HASH;
    const u8 *v;
    if (!dev && m->type != CPUMAP && m->type != XSKMAP)
        return trap(cx, TRAP_BAD_MAP);
    if (r3 & ~(u64)(ACTIONS | (dev ? BROADCAST | EXCLUDE_INGRESS : 0)))
        return XDP_ABORTED;
    v = m->kind->lookup(m, &key);
    if (!v && !(r3 & BROADCAST))
        return r3 & ACTIONS;
    if (v)
        memcpy(&to, v, 4);
    send_to(cx->pkt, r3 & BROADCAST ? 0 : to, r3);
    return XDP_REDIRECT;
}
