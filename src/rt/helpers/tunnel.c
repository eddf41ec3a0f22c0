/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tunnel.c - the tunnel that a packet came through, or is to be sent into: struct bpf_tunnel_key of the program
 * (Linux UAPI), struct tunnel of the host.
 *
 *   | id 4 | remote 16 | tos 1 | ttl 1 | ext 2 | label 4 | local 16 |       44 bytes; programs that were built
 *   0      4           20                22      24        28       44      long ago know 8, 22, 24 or 28 of them
 *
 * What is set is where it goes (remote: the destination), what is got is where it came from (remote: the source). */
#include "rt/helpers/packet.h"
#include <errno.h>
#include <string.h>

enum { KEY = 44, REMOTE = 4, TOS = 20, TTL = 21, EXT = 22, LABEL = 24, LOCAL = 28 };
enum { IPV6 = 1, ZERO_CSUM = 2, DONT_FRAGMENT = 4, SEQ_NUMBER = 8, NO_KEY = 16, WITH_FLAGS = 16 }; /* BPF_F_* */
enum { TUNNEL_CSUM = 1, TUNNEL_KEY = 4, TUNNEL_SEQ = 8, TUNNEL_DF = 0x100, TUNNEL_NOCACHE = 0x2000 };

static bool old_size(u32 size) {
    return size == 8 || size == EXT || size == LABEL || size == LOCAL;
}

/* Programs have IPv4 addresses in their own byte order, all else as it is in a packet. */
static void address_to(u8 *key, u32 at, const u8 *from, bool v6) {
    u32 v4 = (u32)be16_at(from) << 16 | be16_at(from + 2);
    memset(key + at, 0, 16);
    memcpy(key + at, v6 ? (const void *)from : &v4, v6 ? 16 : 4);
}

static void address_from(const u8 *key, u32 at, u8 *to, bool v6) {
    u32 v4;
    memset(to, 0, 16);
    if (v6) {
        memcpy(to, key + at, 16);
        return;
    }
    memcpy(&v4, key + at, 4);
    put_be16(to, v4 >> 16);
    put_be16(to + 2, v4 & 0xffff);
}

static s64 get_key(const struct tunnel *t, u8 *to, u32 size, u64 flags) {
    u8 key[KEY] = {0};
    u16 ext = flags & WITH_FLAGS ? __builtin_bswap16(t ? t->flags : 0) : 0;
    if (!t || !t->present || flags & ~(u64)(IPV6 | WITH_FLAGS))
        return -EINVAL;
    if (t->ipv6 != (flags & IPV6))
        return -EPROTO;
    if (size != KEY && (!old_size(size) || (size == 8 && t->ipv6)))
        return -EINVAL;
    memcpy(key, &t->id, 4);
    key[TOS] = t->tos;
    key[TTL] = t->ttl;
    memcpy(key + EXT, &ext, 2);
    address_to(key, REMOTE, t->src, t->ipv6);
    address_to(key, LOCAL, t->dst, t->ipv6);
    if (t->ipv6)
        memcpy(key + LABEL, &t->label, 4);
    memcpy(to, key, size);
    return 0;
}

H(skb_get_tunnel_key) {
    s64 r = get_key(cx->pkt->tunnel, ptr(r2), (u32)r3, r4);
    if (r)
        memset(ptr(r2), 0, r3);
    return (u64)r;
}

H(skb_set_tunnel_key) {
    struct tunnel *t = cx->pkt->tunnel;
    u8 key[KEY] = {0};
    u32 label;
    u16 ext;
    if (r4 & ~(u64)(IPV6 | ZERO_CSUM | DONT_FRAGMENT | SEQ_NUMBER | NO_KEY) || (r3 != KEY && !old_size((u32)r3)))
        return (u64)-EINVAL;
    memcpy(key, ptr(r2), (u32)r3);
    memcpy(&label, key + LABEL, 4);
    memcpy(&ext, key + EXT, 2);
    if ((label && !(r4 & IPV6)) || ext)
        return (u64)-EINVAL;
    if (!t)
        return (u64)-ENOMEM;
    *t = (struct tunnel){.present = true,
                         .ipv6 = r4 & IPV6,
                         .tos = key[TOS],
                         .ttl = key[TTL],
                         .label = label,
                         .flags = (u16)((r4 & NO_KEY ? 0 : TUNNEL_KEY) | (r4 & ZERO_CSUM ? 0 : TUNNEL_CSUM) |
                                        (r4 & DONT_FRAGMENT ? TUNNEL_DF : 0) | (r4 & SEQ_NUMBER ? TUNNEL_SEQ : 0) |
                                        TUNNEL_NOCACHE),
                         .by_program = true};
    memcpy(&t->id, key, 4);
    address_from(key, REMOTE, t->dst, t->ipv6);
    address_from(key, LOCAL, t->src, t->ipv6);
    return 0;
}

H(skb_get_tunnel_opt) {
    const struct tunnel *t = cx->pkt->tunnel;
    s64 r = !t || !t->present || !t->opt_len || t->opt_len > sizeof t->opt ? -ENOENT : r3 < t->opt_len ? -ENOMEM : 0;
    memset(ptr(r2), 0, r3);
    if (r)
        return (u64)r;
    memcpy(ptr(r2), t->opt, t->opt_len);
    return t->opt_len;
}

/* Behind set_tunnel_key alone: the options of a packet that came in are not to be changed. */
H(skb_set_tunnel_opt) {
    struct tunnel *t = cx->pkt->tunnel;
    if (!t || !t->present || !t->by_program || r3 % 4)
        return (u64)-EINVAL;
    if (r3 > sizeof t->opt)
        return (u64)-ENOMEM;
    memcpy(t->opt, ptr(r2), r3);
    t->opt_len = (u32)r3;
    return 0;
}
