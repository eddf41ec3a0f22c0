/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* sockets.bpf.c - programs that look for sockets, where there is none. */
#include "oracle.h"

struct tuple4 {
    u32 saddr, daddr;
    u16 sport, dport;
};
static void *(*lookup_tcp)(void *, void *, u32, u64, u64) = (void *)84;
static void *(*lookup_udp)(void *, void *, u32, u64, u64) = (void *)85;
static long (*release)(void *) = (void *)86;
static void *(*skc_lookup)(void *, void *, u32, u64, u64) = (void *)99;

#define LOOK(fn)                                                                                                       \
    do {                                                                                                               \
        void *sk = fn(ctx, &t, sizeof t, -1, 0);                                                                       \
        OUT(sk != NULL);                                                                                               \
        if (sk)                                                                                                        \
            release(sk);                                                                                               \
    } while (0)

SEC("xdp") int in_xdp(struct xdp_md *ctx) {
    struct tuple4 t = {0x017100cb, 0x027100cb, 0x0900, 0x0a00}; /* 203.0.113.0/24: nobody's */
    LOOK(lookup_tcp);
    LOOK(lookup_udp);
    LOOK(skc_lookup);
    return XDP_PASS;
}
SEC("tc") int in_tc(struct __sk_buff *ctx) {
    struct tuple4 t = {0x017100cb, 0x027100cb, 0x0900, 0x0a00};
    LOOK(lookup_tcp);
    LOOK(lookup_udp);
    LOOK(skc_lookup);
    return TC_ACT_OK;
}
SEC("cgroup_skb/ingress") int in_cgroup(struct __sk_buff *ctx) {
    struct tuple4 t = {0x017100cb, 0x027100cb, 0x0900, 0x0a00};
    LOOK(lookup_tcp);
    LOOK(lookup_udp);
    return 1;
}
CASE(no_sockets: run in_xdp udp4; run in_tc udp4; run in_cgroup udp4)
