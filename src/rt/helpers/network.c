/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* network.c - helpers on routes, devices, congestion marks and SYN cookies. */
#include "base/platform.h"
#include "rt/hashfn.h"
#include "rt/helpers/packet.h"
#include <errno.h>
#include <string.h>

/* The host's routes; without them, what the kernel answers where none leads: not forwarded. */
H(fib_lookup) {
    enum { PARAMS = 64, FLAGS = 63, NOT_FWDED = 4, INET = 2, INET6 = 10 };
    const struct registry *r = cx->program->r;
    u8 family;
    if ((u32)r3 < PARAMS || (u32)r4 & ~(u32)FLAGS)
        return (u64)-EINVAL;
    memcpy(&family, ptr(r2), 1);
    if (family != INET && family != INET6)
        return (u64)-EAFNOSUPPORT;
    return r->fib ? (u64)r->fib(r->net_arg, ptr(r2), (u32)r4) : NOT_FWDED;
}

H(check_mtu) {
    enum { CHK_SEGS = 1, FRAG_NEEDED = 1, MTU = 1500 };
    bool xdp = cx->type->kind == PROG_XDP;
    const struct registry *r = cx->program->r;
    u32 ifindex = (u32)r2 ? (u32)r2 : cx->pkt->ifindex, mtu = r->mtu ? r->mtu(r->net_arg, ifindex) : MTU, asked;
    u8 *out = mem_write(cx, r3, 4);
    s64 len;
    if (!out)
        return 0;
    memcpy(&asked, out, 4);
    if (r5 & ~(u64)(xdp ? 0 : CHK_SEGS) || (r5 && ((s32)r4 || asked)))
        return (u64)-EINVAL;
    if (!mtu)
        return (u64)-ENODEV;
    len = (asked ? (s64)asked + ETH_LEN : (s64)pkt_len(cx->pkt)) + (s32)r4;
    memcpy(out, &mtu, 4);
    return len <= (s64)mtu + ETH_LEN ? 0 : FRAG_NEEDED;
}

/* The IP header's ECN field becomes 3 (congestion) unless it is 0 (not capable): 1 then, else 0. */
H(skb_ecn_set_ce) {
    enum { ECN = 3 };
    struct pkt *k = cx->pkt;
    u32 proto = __builtin_bswap16((u16)k->protocol);
    u32 at = cx->type->kind == PROG_CGROUP_SKB ? 0 : ETH_LEN; /* where the network header begins */
    u8 *ip;
    if (proto == P_IP && (ip = pkt_at(k, at, 20))) {
        u32 old = ip[1], sum;
        if (!(old & ECN))
            return 0;
        ip[1] |= ECN;
        sum = be16_at(ip + 10) + old + (0xffffu ^ ip[1]); /* RFC 1624 */
        sum = (sum & 0xffff) + (sum >> 16);
        put_be16(ip + 10, (sum & 0xffff) + (sum >> 16));
        return 1;
    }
    if (proto == P_IPV6 && (ip = pkt_at(k, at, 40))) {
        if (!(ip[1] >> 4 & ECN))
            return 0;
        ip[1] |= ECN << 4;
        return 1;
    }
    return 0;
}

/* No IPsec has seen the packet. */
H(skb_get_xfrm_state) {
    memset(ptr(r3), 0, r4);
    return (u64)-EINVAL;
}

/* ---- SYN cookies: 24 bits of a keyed hash and the MSS, for packets given by their headers ----
 * Good for this process only: the key is its own, and a cookie lasts one to two minutes. */

enum { TCP_HEADER = 20, MINUTE = 60 };
static const u16 mss_of[2][4] = {{536, 1300, 1440, 1460}, {1220, 1428, 1440, 8940}};

static u32 keyed(struct ctx *cx, const u8 *addr, u32 len, const u8 *tcp, u64 minute) {
    u8 key[56] = {0};
    memcpy(key, addr, len);
    memcpy(key + 32, tcp, 4);
    memcpy(key + 36, &minute, 8);
    memcpy(key + 44, &cx->program->r->secret, 8);
    return (u32)hash_key(key, sizeof key, 0);
}

/* The MSS option of a SYN, else the least that every host takes. */
static u32 mss_option(const u8 *tcp, u32 len, bool v6) {
    for (u32 i = TCP_HEADER; i < len && tcp[i];) {
        if (tcp[i] == 1) {
            i++;
            continue;
        }
        if (i + 1 >= len || tcp[i + 1] < 2 || i + tcp[i + 1] > len)
            break;
        if (tcp[i] == 2 && tcp[i + 1] == 4)
            return be16_at(tcp + i + 2);
        i += tcp[i + 1];
    }
    return mss_of[v6][0];
}

static u64 make_cookie(struct ctx *cx, u64 ip, u64 tcp, u32 len, bool v6) {
    const u8 *a = mem_read(cx, ip, v6 ? 40 : 20), *t = a && len >= TCP_HEADER ? mem_read(cx, tcp, len) : NULL;
    u64 minute = os_time_ns() / 1000000000 / MINUTE;
    u32 mss, i = 3;
    if (!a || (len >= TCP_HEADER && !t))
        return 0;
    if (len < TCP_HEADER || len != (t[12] >> 4) * 4u)
        return (u64)-EINVAL;
    mss = mss_option(t, len, v6);
    while (i && mss_of[v6][i] > mss)
        i--;
    u32 hash = keyed(cx, v6 ? a + 8 : a + 12, v6 ? 32 : 8, t, minute);
    u32 seq = (u32)be16_at(t + 4) << 16 | be16_at(t + 6);
    return (u64)mss_of[v6][i] << 32 | (seq + ((hash & 0xfffffff8u) | (u32)(minute & 1) << 2 | i));
}

static u64 check_cookie(struct ctx *cx, u64 ip, u64 tcp, bool v6) {
    const u8 *a = mem_read(cx, ip, v6 ? 40 : 20), *t = a ? mem_read(cx, tcp, TCP_HEADER) : NULL;
    u64 minute = os_time_ns() / 1000000000 / MINUTE;
    if (!t)
        return 0;
    u32 seq = ((u32)be16_at(t + 4) << 16 | be16_at(t + 6)) - 1;
    u32 cookie = ((u32)be16_at(t + 8) << 16 | be16_at(t + 10)) - 1 - seq;
    minute -= (minute & 1) != (cookie >> 2 & 1);
    u32 hash = keyed(cx, v6 ? a + 8 : a + 12, v6 ? 32 : 8, t, minute);
    return (hash & 0xfffffff8u) == (cookie & 0xfffffff8u) ? 0 : (u64)-EACCES;
}

H(tcp_raw_gen_syncookie_ipv4) {
    return make_cookie(cx, r1, r2, (u32)r3, false);
}
H(tcp_raw_gen_syncookie_ipv6) {
    return make_cookie(cx, r1, r2, (u32)r3, true);
}
H(tcp_raw_check_syncookie_ipv4) {
    return check_cookie(cx, r1, r2, false);
}
H(tcp_raw_check_syncookie_ipv6) {
    return check_cookie(cx, r1, r2, true);
}
