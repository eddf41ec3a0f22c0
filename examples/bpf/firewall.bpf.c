/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* firewall.bpf.c - an XDP firewall.
 * in:  rules4, rules6   source prefix -> action and rule (the longest prefix decides)
 *      ports            protocol and destination port -> rule that drops
 *      default_drop     what to do with sources that no rule names
 * out: a verdict, and counters: hits (by rule), verdicts (by XDP action), stats.
 *
 * Maps start empty; examples/data/firewall.maps has the rules for demo.pcap. */
#include "bpf.h"

enum { RULE_DEFAULT, RULE_MALFORMED, RULE_NOT_IP, RULE_FRAGMENT, RULE_FIRST_FREE, NRULE = 64 };
enum { MAX_VLAN = 2, MAX_EXT = 4 };

const volatile u32 default_drop = 0;

struct key4 {
    u32 prefixlen;
    u8 addr[4];
};
struct key6 {
    u32 prefixlen;
    u8 addr[16];
};
struct rule {
    u32 action; /* enum xdp_action */
    u32 id;     /* index into hits */
};
struct port {
    u16 port; /* in host order */
    u8 proto, zero;
};
struct count {
    u64 packets, bytes;
};

struct {
    __uint(type, BPF_MAP_TYPE_LPM_TRIE);
    __uint(max_entries, 1024);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct key4);
    __type(value, struct rule);
} rules4 SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_LPM_TRIE);
    __uint(max_entries, 1024);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct key6);
    __type(value, struct rule);
} rules6 SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 256);
    __type(key, struct port);
    __type(value, u32);
} ports SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, NRULE);
    __type(key, u32);
    __type(value, struct count);
} hits SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 5);
    __type(key, u32);
    __type(value, struct count);
} verdicts SEC(".maps");

struct {
    u64 packets, vlan, ipv4, ipv6, arp, tcp, udp, icmp, other;
} stats;

/* the cursor: take() hands out what stands at p, if that much is there */
struct cur {
    void *p, *end;
};

static ALWAYS_INLINE void *take(struct cur *c, u32 size) {
    void *at = c->p;
    if (at + size > c->end)
        return NULL;
    c->p = at + size;
    return at;
}

static ALWAYS_INLINE void bump(u64 *n) {
    __sync_fetch_and_add(n, 1); /* .bss is shared by all CPUs */
}

static ALWAYS_INLINE void tally(void *map, u32 key, u64 bytes) {
    struct count *n = bpf_map_lookup_elem(map, &key);
    if (!n)
        return;
    n->packets++;
    n->bytes += bytes;
}

static ALWAYS_INLINE struct rule transport(struct cur *c, u8 proto) {
    struct rule drop = {XDP_DROP, RULE_MALFORMED}, pass = {XDP_PASS, RULE_DEFAULT};
    struct port key = {0};

    if (proto == IPPROTO_TCP) {
        struct tcphdr *tcp = take(c, sizeof *tcp);
        bump(&stats.tcp);
        if (!tcp || tcp->doff < 5)
            return drop;
        key.port = ntohs(tcp->dest);
    } else if (proto == IPPROTO_UDP) {
        struct udphdr *udp = take(c, sizeof *udp);
        bump(&stats.udp);
        if (!udp || ntohs(udp->len) < sizeof *udp)
            return drop;
        key.port = ntohs(udp->dest);
    } else {
        bump(proto == IPPROTO_ICMP || proto == IPPROTO_ICMPV6 ? &stats.icmp : &stats.other);
        return pass;
    }
    key.proto = proto;
    u32 *id = bpf_map_lookup_elem(&ports, &key);
    return id ? (struct rule){XDP_DROP, *id} : pass;
}

static ALWAYS_INLINE struct rule ipv4(struct cur *c) {
    struct rule bad = {XDP_DROP, RULE_MALFORMED};
    struct iphdr *ip = take(c, sizeof *ip);

    bump(&stats.ipv4);
    if (!ip || ip->version != 4 || ip->ihl < 5)
        return bad;
    c->p = (void *)ip + ip->ihl * 4; /* a place that the next take() checks */

    struct key4 key = {.prefixlen = 32};
    memcpy(key.addr, &ip->saddr, 4);
    struct rule *r = bpf_map_lookup_elem(&rules4, &key);
    if (r && r->action != XDP_PASS)
        return *r;
    if (!r && default_drop)
        return (struct rule){XDP_DROP, RULE_DEFAULT};
    if (ip->frag_off & htons(IP_OFFSET)) /* no ports in here; the first fragment decides */
        return (struct rule){XDP_PASS, RULE_FRAGMENT};

    struct rule t = transport(c, ip->protocol);
    return t.action == XDP_PASS && r ? *r : t;
}

static ALWAYS_INLINE struct rule ipv6(struct cur *c) {
    struct rule bad = {XDP_DROP, RULE_MALFORMED};
    struct ipv6hdr *ip = take(c, sizeof *ip);

    bump(&stats.ipv6);
    if (!ip || ntohl(ip->flow) >> 28 != 6)
        return bad;

    struct key6 key = {.prefixlen = 128};
    memcpy(key.addr, ip->saddr, 16);
    struct rule *r = bpf_map_lookup_elem(&rules6, &key);
    if (r && r->action != XDP_PASS)
        return *r;
    if (!r && default_drop)
        return (struct rule){XDP_DROP, RULE_DEFAULT};

    u8 next = ip->nexthdr;
    for (int i = 0; i < MAX_EXT; i++) {
        if (next != IPPROTO_HOPOPTS && next != IPPROTO_ROUTING && next != IPPROTO_DSTOPTS)
            break;
        u8 *ext = take(c, 8);
        if (!ext)
            return bad;
        c->p += ext[1] * 8;
        next = ext[0];
    }
    struct rule t = transport(c, next);
    return t.action == XDP_PASS && r ? *r : t;
}

SEC("xdp")
int firewall(struct xdp_md *ctx) {
    struct cur c = {(void *)(long)ctx->data, (void *)(long)ctx->data_end};
    struct rule r = {XDP_DROP, RULE_MALFORMED};
    struct ethhdr *eth = take(&c, sizeof *eth);

    bump(&stats.packets);
    be16 proto = eth ? eth->proto : 0;
    for (int i = 0; i < MAX_VLAN; i++) {
        if (proto != htons(ETH_P_8021Q) && proto != htons(ETH_P_8021AD))
            break;
        struct vlanhdr *tag = take(&c, sizeof *tag);
        bump(&stats.vlan);
        proto = tag ? tag->proto : 0;
    }
    if (proto == htons(ETH_P_IP)) {
        r = ipv4(&c);
    } else if (proto == htons(ETH_P_IPV6)) {
        r = ipv6(&c);
    } else if (proto) {
        bump(proto == htons(ETH_P_ARP) ? &stats.arp : &stats.other);
        r = (struct rule){XDP_PASS, RULE_NOT_IP};
    }
    u64 bytes = ctx->data_end - ctx->data;
    tally(&hits, r.id, bytes);
    tally(&verdicts, r.action, bytes);
    return r.action;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
