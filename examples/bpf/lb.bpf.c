/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lb.bpf.c - an XDP load balancer for TCP and UDP over IPv4.
 * in:  vips       address, port, protocol -> where its backends stand in the next map
 *      backends   address and MAC of each backend
 * out: XDP_TX with the packet addressed to a backend, or XDP_PASS untouched.
 *
 * A new flow goes to the backend with the highest hash(flow, backend) (rendezvous
 * hashing: when a backend leaves, only its own flows move); conns remembers the choice
 * so that a flow stays where it is when a backend is added. Checksums are updated by
 * the difference (RFC 1624), so the payload is never read.
 *
 * Maps start empty; examples/data/lb.maps has the set-up for demo.pcap. */
#include "bpf.h"

enum { MAX_BACKEND = 64, MAX_PER_VIP = 8, UP = 1 };

struct flow {
    be32 saddr, daddr;
    be16 sport, dport;
    u32 proto;
};
struct vip_key {
    be32 addr;
    be16 port;
    u8 proto, zero;
};
struct vip {
    u32 first, count; /* backends[first .. first + count) */
};
struct backend {
    be32 addr;
    u8 mac[6];
    u16 flags;
};
struct count {
    u64 packets, bytes, flows;
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 64);
    __type(key, struct vip_key);
    __type(value, struct vip);
} vips SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, MAX_BACKEND);
    __type(key, u32);
    __type(value, struct backend);
} backends SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 4096);
    __type(key, struct flow);
    __type(value, u32);
} conns SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, MAX_BACKEND);
    __type(key, u32);
    __type(value, struct count);
} load SEC(".maps");

static ALWAYS_INLINE u32 mix(u32 h, u32 v) {
    h = (h ^ v) * 0x9e3779b1;
    return h ^ h >> 15;
}

/* -1: none is up */
static ALWAYS_INLINE int choose(const struct flow *f, const struct vip *v) {
    u32 h = mix(mix(mix(f->saddr, f->daddr), (u32)f->sport << 16 | f->dport), f->proto);
    u32 top = 0;
    int best = -1;

    for (u32 i = 0; i < MAX_PER_VIP && i < v->count; i++) {
        u32 id = v->first + i;
        struct backend *b = bpf_map_lookup_elem(&backends, &id);
        if (!b || !(b->flags & UP))
            continue;
        u32 weight = mix(h, b->addr);
        if (best < 0 || weight > top) {
            top = weight;
            best = id;
        }
    }
    return best;
}

/* RFC 1624, equation 3: HC' = ~(~HC + ~m + m') for the two halves of an address */
static ALWAYS_INLINE u16 adjust(u16 check, be32 from, be32 to) {
    u32 sum = (u16)~check + (u16)~from + (u16)(~from >> 16) + (u16)to + (to >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return ~sum;
}

SEC("xdp")
int lb(struct xdp_md *ctx) {
    void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
    struct ethhdr *eth = data;
    struct iphdr *ip = data + sizeof *eth;
    void *l4 = ip + 1;
    struct tcphdr *tcp = l4;
    struct udphdr *udp = l4;

    if (l4 + sizeof *udp > end || eth->proto != htons(ETH_P_IP))
        return XDP_PASS;
    if (ip->version != 4 || ip->ihl != 5 || ip->frag_off & htons(IP_MF | IP_OFFSET))
        return XDP_PASS;
    u8 proto = ip->protocol;
    if (proto == IPPROTO_TCP ? l4 + sizeof *tcp > end : proto != IPPROTO_UDP)
        return XDP_PASS;

    struct flow f = {ip->saddr, ip->daddr, udp->source, udp->dest, proto};
    struct vip_key key = {ip->daddr, udp->dest, proto, 0};
    struct vip *v = bpf_map_lookup_elem(&vips, &key);
    if (!v)
        return XDP_PASS;

    u32 id, fresh = 0;
    u32 *known = bpf_map_lookup_elem(&conns, &f);
    struct backend *b = known ? bpf_map_lookup_elem(&backends, known) : NULL;
    if (b && b->flags & UP) {
        id = *known;
    } else {
        int best = choose(&f, v);
        if (best < 0)
            return XDP_DROP;
        id = best;
        b = bpf_map_lookup_elem(&backends, &id);
        if (!b)
            return XDP_DROP;
        bpf_map_update_elem(&conns, &f, &id, BPF_ANY);
        fresh = 1;
    }

    ip->check = adjust(ip->check, ip->daddr, b->addr);
    if (proto == IPPROTO_TCP) {
        tcp->check = adjust(tcp->check, ip->daddr, b->addr);
    } else if (udp->check) { /* 0: the sender computed none (RFC 768) */
        udp->check = adjust(udp->check, ip->daddr, b->addr);
        if (!udp->check)
            udp->check = 0xffff;
    }
    ip->daddr = b->addr;
    memcpy(eth->src, eth->dst, 6);
    memcpy(eth->dst, b->mac, 6);

    struct count *n = bpf_map_lookup_elem(&load, &id);
    if (n) {
        n->packets++;
        n->bytes += end - data;
        n->flows += fresh;
    }
    return XDP_TX;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
