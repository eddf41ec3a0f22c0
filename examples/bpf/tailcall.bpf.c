/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tailcall.bpf.c - a dispatcher: one program for each protocol, reached by tail calls.
 * The table is filled in the source, so nothing has to be done after loading. Slot 3 is
 * empty on purpose: a tail call there does not happen and the dispatcher goes on. */
#include "bpf.h"

enum { ON_TCP, ON_UDP, ON_ICMP, ON_NOTHING, NSLOT };

struct {
    u64 packets, bytes;
} by_proto[NSLOT];

static ALWAYS_INLINE int count(struct xdp_md *ctx, u32 slot, int verdict) {
    by_proto[slot].packets++;
    by_proto[slot].bytes += ctx->data_end - ctx->data;
    return verdict;
}

SEC("xdp")
int on_tcp(struct xdp_md *ctx) {
    return count(ctx, ON_TCP, XDP_PASS);
}

SEC("xdp")
int on_udp(struct xdp_md *ctx) {
    return count(ctx, ON_UDP, XDP_PASS);
}

SEC("xdp")
int on_icmp(struct xdp_md *ctx) {
    return count(ctx, ON_ICMP, XDP_DROP);
}

struct {
    __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
    __uint(max_entries, NSLOT);
    __type(key, u32);
    __array(values, int(struct xdp_md *));
} jumps SEC(".maps") = {
    /* clang-format off */
    .values = {
        [ON_TCP] = &on_tcp,
        [ON_UDP] = &on_udp,
        [ON_ICMP] = &on_icmp,
    },
    /* clang-format on */
};

SEC("xdp")
int dispatch(struct xdp_md *ctx) {
    void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
    struct ethhdr *eth = data;
    struct iphdr *ip = data + sizeof *eth;
    u32 slot = ON_NOTHING;

    if ((void *)(ip + 1) <= end && eth->proto == htons(ETH_P_IP)) {
        if (ip->protocol == IPPROTO_TCP)
            slot = ON_TCP;
        else if (ip->protocol == IPPROTO_UDP)
            slot = ON_UDP;
        else if (ip->protocol == IPPROTO_ICMP)
            slot = ON_ICMP;
    }
    bpf_tail_call(ctx, &jumps, slot);
    return count(ctx, ON_NOTHING, XDP_PASS);
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
