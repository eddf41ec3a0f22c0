/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* csum.c - Internet checksums (RFC 1071) and their updates by difference (RFC 1624). */
#include "rt/helpers/packet.h"
#include <errno.h>
#include <string.h>

static u32 add32(u32 a, u32 b) { /* ones' complement */
    u64 s = (u64)a + b;
    return (u32)s + (u32)(s >> 32);
}

static u16 fold(u32 s) {
    s = (s & 0xffff) + (s >> 16);
    return (u16)(s + (s >> 16));
}

/* A last word that is not whole counts with zeros behind it. Carries are added in the end: there are fewer than 2^32. */
static u32 sum(const u8 *p, u64 len, u32 s) {
    u64 all = s;
    u32 w = 0;
    for (; len >= 4; p += 4, len -= 4) {
        memcpy(&w, p, 4);
        all += w;
    }
    w = 0;
    memcpy(&w, p, len);
    all += w;
    all = (u32)all + (all >> 32);
    return (u32)all + (u32)(all >> 32);
}

/* As the kernel since 6.13 computes it on every machine: folded to 16 bits, of any length. */
H(csum_diff) {
    u32 s = (u32)r5;
    if (r2 && r4)
        s = add32(sum(ptr(r3), r4, s), ~sum(ptr(r1), r2, 0));
    else if (r4)
        s = sum(ptr(r3), r4, s);
    else if (r2)
        s = ~sum(ptr(r1), r2, ~s);
    return fold(s);
}

enum { SIZE_MASK = 15, PSEUDO_HDR = 16, MANGLED_0 = 32, ENFORCE = 64, IPV6 = 128, MANGLED = 0xffff };

/* The sum at off for `from` turned into `to`; size 0: `to` is the difference itself. */
static u64 replace(struct ctx *cx, u64 off, u64 from, u64 to, u64 flags, u64 allowed) {
    u8 *p;
    u16 old, new;
    u32 size = flags & SIZE_MASK;
    if (flags & ~allowed)
        return (u64)-EINVAL;
    if ((u32)off > 0xffff || off & 1 || !(p = pkt_at(cx->pkt, (u32)off, 2)))
        return (u64)-EFAULT;
    memcpy(&old, p, 2);
    if (flags & MANGLED_0 && !(flags & ENFORCE) && !old)
        return 0;
    switch (size) {
    case 0:
        if (from)
            return (u64)-EINVAL;
        break;
    case 2:
        from = (u16)from;
        to = (u16)to;
        break;
    case 4: break;
    default: return (u64)-EINVAL;
    }
    u32 s = (u16)~old;
    if (size)
        s = add32(s, ~(u32)from);
    new = (u16)~fold(add32(s, (u32)to));
    if (flags & MANGLED_0 && !new)
        new = MANGLED;
    memcpy(p, &new, 2);
    return 0;
}

H(l3_csum_replace) {
    return replace(cx, r2, r3, r4, r5, SIZE_MASK);
}
H(l4_csum_replace) {
    return replace(cx, r2, r3, r4, r5, SIZE_MASK | PSEUDO_HDR | MANGLED_0 | ENFORCE | IPV6);
}

/* No device has summed the packet (CHECKSUM_NONE). */
H(csum_update) {
    return (u64)-ENOTSUPP_KERNEL;
}

H(csum_level) {
    enum { QUERY, INC, DEC, RESET };
    if (r2 > RESET)
        return (u64)-EINVAL;
    return r2 == QUERY ? (u64)-EACCES : 0;
}
