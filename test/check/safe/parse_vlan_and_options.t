# headers of variable length, one after the other
-- c
#include "../check.h"
SEC("xdp") int prog(struct xdp_md *ctx) {
    u8 *p = XDP_DATA(ctx), *end = XDP_END(ctx);
    struct ethhdr *e = (void *)p;
    struct iphdr *ip;
    struct tcphdr *tcp;
    u16 proto;
    if ((void *)(e + 1) > (void *)end)
        return 2;
    p += sizeof *e;
    proto = e->proto;
    for (int i = 0; i < 2; i++) {
        struct vlanhdr *v = (void *)p;
        if (proto != htons(ETH_P_8021Q))
            break;
        if ((void *)(v + 1) > (void *)end)
            return 2;
        proto = v->proto;
        p += sizeof *v;
    }
    ip = (void *)p;
    if (proto != htons(ETH_P_IP) || (void *)(ip + 1) > (void *)end || ip->ihl < 5)
        return 2;
    p += ip->ihl * 4;
    tcp = (void *)p;
    if (ip->protocol != IPPROTO_TCP || (void *)(tcp + 1) > (void *)end)
        return 2;
    p += tcp->doff * 4;
    return p + 1 > end ? 2 : p[0] & 3;
}
-- accepted prog
