/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* flows.bpf.c - a tc classifier that keeps a table of flows.
 * in:  deny_port    TCP or UDP destination port to be shot
 * out: flows        one entry for each flow: packets, bytes, first and last sight
 *      events       one record for each new flow, for user space to read
 * IPv4 addresses are kept as ::ffff:a.b.c.d, so one key serves both families. */
#include "bpf.h"

const volatile u16 deny_port = 23;

struct flow {
    u8 saddr[16], daddr[16];
    u16 sport, dport; /* in host order; for ICMP: type, code */
    u8 proto, zero[3];
};
struct track {
    u64 packets, bytes, first_ns, last_ns;
};
struct event {
    u64 ns;
    struct flow flow;
    u32 len, verdict;
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 8192);
    __type(key, struct flow);
    __type(value, struct track);
} flows SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 256 * 1024);
} events SEC(".maps");

u64 lost, not_ip, denied;

/* 0: f is filled; 1: not IP, or cut short */
static NOINLINE int parse(struct __sk_buff *skb, struct flow *f) {
    void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
    struct ethhdr *eth = data;
    void *p = eth + 1;

    if (p > end)
        return 1;
    be16 proto = eth->proto;
    if (proto == htons(ETH_P_8021Q)) {
        struct vlanhdr *tag = p;
        if ((void *)(tag + 1) > end)
            return 1;
        proto = tag->proto;
        p = tag + 1;
    }
    if (proto == htons(ETH_P_IP)) {
        struct iphdr *ip = p;
        if ((void *)(ip + 1) > end || ip->ihl < 5 || ip->frag_off & htons(IP_OFFSET))
            return 1;
        f->saddr[10] = f->saddr[11] = f->daddr[10] = f->daddr[11] = 0xff;
        memcpy(f->saddr + 12, &ip->saddr, 4);
        memcpy(f->daddr + 12, &ip->daddr, 4);
        f->proto = ip->protocol;
        p += ip->ihl * 4;
    } else if (proto == htons(ETH_P_IPV6)) {
        struct ipv6hdr *ip = p;
        if ((void *)(ip + 1) > end)
            return 1;
        memcpy(f->saddr, ip->saddr, 16);
        memcpy(f->daddr, ip->daddr, 16);
        f->proto = ip->nexthdr;
        p = ip + 1;
    } else {
        return 1;
    }
    switch (f->proto) {
    case IPPROTO_TCP:
    case IPPROTO_UDP: {
        struct udphdr *udp = p; /* TCP has its ports in the same place */
        if ((void *)(udp + 1) > end)
            return 1;
        f->sport = ntohs(udp->source);
        f->dport = ntohs(udp->dest);
        break;
    }
    case IPPROTO_ICMP:
    case IPPROTO_ICMPV6: {
        u8 *icmp = p;
        if ((void *)(icmp + 2) > end)
            return 1;
        f->sport = icmp[0];
        f->dport = icmp[1];
        break;
    }
    }
    return 0;
}

static NOINLINE int announce(const struct flow *f, u64 ns, u32 len, u32 verdict) {
    struct event *e = bpf_ringbuf_reserve(&events, sizeof *e, 0);
    if (!e)
        return 1;
    e->ns = ns;
    e->flow = *f;
    e->len = len;
    e->verdict = verdict;
    bpf_ringbuf_submit(e, 0);
    return 0;
}

static NOINLINE int account(const struct flow *f, u32 len, u32 verdict) {
    u64 now = bpf_ktime_get_ns();
    struct track *t = bpf_map_lookup_elem(&flows, f);

    if (!t) {
        struct track first = {1, len, now, now};
        if (bpf_map_update_elem(&flows, f, &first, BPF_NOEXIST))
            return 1;
        return announce(f, now, len, verdict);
    }
    __sync_fetch_and_add(&t->packets, 1);
    __sync_fetch_and_add(&t->bytes, len);
    t->last_ns = now;
    return 0;
}

SEC("tc")
int flow_count(struct __sk_buff *skb) {
    struct flow f = {0};
    int verdict = TC_ACT_OK;

    if (parse(skb, &f)) {
        __sync_fetch_and_add(&not_ip, 1);
        return TC_ACT_OK;
    }
    if ((f.proto == IPPROTO_TCP || f.proto == IPPROTO_UDP) && f.dport == deny_port) {
        __sync_fetch_and_add(&denied, 1);
        verdict = TC_ACT_SHOT;
    }
    if (account(&f, skb->len, verdict))
        __sync_fetch_and_add(&lost, 1);
    return verdict;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
