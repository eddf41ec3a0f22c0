/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit_packets.c - a seed in, a packet out: header after header, each with the length and the checksum
 * that belong to it, before some are spoilt. */
#include "kit_packets.h"
#include <string.h>

enum {
    TCP = 6,
    UDP = 17,
    ICMP = 1,
    ICMP6 = 58,
    SCTP = 132,
    GRE = 47,
    IPIP = 4,
    IP6IP = 41,
    HOPOPT = 0,
    FRAG = 44,
    DSTOPT = 60
};

struct out {
    u8 *p;
    u32 n;
    u64 *seed;
};

u32 packet_random(u64 *seed, u32 n) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (u32)(*seed >> 33) % n;
}

static u32 rnd(struct out *o, u32 n) {
    return packet_random(o->seed, n);
}

static void put8(struct out *o, u32 v) {
    if (o->n < PACKET_MAX)
        o->p[o->n++] = (u8)v;
}
static void put16(struct out *o, u32 v) {
    put8(o, v >> 8);
    put8(o, v);
}
static void put32(struct out *o, u32 v) {
    put16(o, v >> 16);
    put16(o, v);
}
static void set16(struct out *o, u32 at, u32 v) {
    if (at + 2 <= o->n) {
        o->p[at] = (u8)(v >> 8);
        o->p[at + 1] = (u8)v;
    }
}

/* RFC 1071, over the bytes from at to the end, beginning with sum. */
static u32 checksum(const struct out *o, u32 at, u32 end, u64 sum) {
    for (u32 i = at; i < end; i++)
        sum += (i - at) % 2 ? o->p[i] : (u32)o->p[i] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return ~(u32)sum & 0xffff;
}

static u32 port(struct out *o) {
    static const u16 known[] = {53, 80, 443, 22, 8080, 4789, 6081, 123, 67, 179};
    return rnd(o, 2) ? known[rnd(o, COUNT(known))] : rnd(o, 65536);
}

static void payload(struct out *o) {
    u32 n = rnd(o, 3) ? rnd(o, 128) : rnd(o, 1500), byte = rnd(o, 256);
    for (u32 i = 0; i < n; i++)
        put8(o, byte + (i & 15));
}

static void inner_ip(struct out *o, u32 proto, u32 depth);

/* The header behind IP and what it carries; sum: of the pseudo header. */
static void transport(struct out *o, u32 proto, u64 sum, u32 depth) {
    u32 at = o->n;
    switch (proto) {
    case TCP: {
        u32 options = rnd(o, 3) ? 0 : rnd(o, 11);
        put16(o, port(o));
        put16(o, port(o));
        put32(o, rnd(o, 1u << 30));
        put32(o, rnd(o, 1u << 30));
        put8(o, (5 + options) << 4);
        put8(o, rnd(o, 2) ? 0x10 : rnd(o, 256)); /* ACK, or any flags */
        put16(o, 65535);
        put32(o, 0);
        for (u32 i = 0; i < options; i++)
            put32(o, i ? 0x01010101 : 0x020405b4);
        payload(o);
        set16(o, at + 16, checksum(o, at, o->n, sum + proto + (o->n - at)));
        return;
    }
    case UDP:
        put16(o, port(o));
        put16(o, port(o));
        put32(o, 0);
        payload(o);
        set16(o, at + 4, o->n - at);
        set16(o, at + 6, checksum(o, at, o->n, sum + proto + (o->n - at)));
        return;
    case ICMP:
    case ICMP6:
        put8(o, rnd(o, 2) ? (proto == ICMP ? 8 : 135) : rnd(o, 256));
        put8(o, rnd(o, 4));
        put16(o, 0);
        put32(o, rnd(o, 1u << 30));
        payload(o);
        set16(o, at + 2, checksum(o, at, o->n, proto == ICMP6 ? sum + proto + (o->n - at) : 0));
        return;
    case SCTP:
        put16(o, port(o));
        put16(o, port(o));
        put32(o, rnd(o, 1u << 30));
        put32(o, 0);
        payload(o);
        return;
    case GRE:
        put16(o, rnd(o, 3) ? 0 : 0x2000);
        put16(o, 0x0800);
        if (o->p[at] & 0x20)
            put32(o, rnd(o, 1u << 30));
        inner_ip(o, IPIP, depth + 1);
        return;
    case IPIP:
    case IP6IP: inner_ip(o, proto, depth + 1); return;
    }
    payload(o);
}

static u32 protocol(struct out *o, bool v6) {
    static const u8 known[] = {TCP, TCP, TCP, UDP, UDP, UDP, ICMP, SCTP, GRE, IPIP, IP6IP};
    u32 p = rnd(o, 12) ? known[rnd(o, COUNT(known))] : rnd(o, 256);
    return v6 && p == ICMP ? ICMP6 : p;
}

static void ipv4(struct out *o, u32 depth) {
    u32 at = o->n, proto = protocol(o, false), options = rnd(o, 6) ? 0 : rnd(o, 11);
    put8(o, 0x40 | (5 + options));
    put8(o, rnd(o, 4) ? 0 : rnd(o, 256));
    put16(o, 0);
    put16(o, rnd(o, 65536));
    put16(o, rnd(o, 8) ? 0x4000 : rnd(o, 0x4000)); /* may not be fragmented, or is */
    put8(o, rnd(o, 8) ? 64 : rnd(o, 3));
    put8(o, proto);
    put16(o, 0);
    put32(o, 0x0a000000 | rnd(o, 1024));
    put32(o, rnd(o, 2) ? 0x0a000000 | rnd(o, 1024) : rnd(o, 1u << 31) << 1);
    for (u32 i = 0; i < options; i++)
        put32(o, i + 1 < options ? 0x01010101 : 0);
    set16(o, at + 10, checksum(o, at, o->n, 0));
    u64 sum = 0;
    for (u32 i = at + 12; i < at + 20 && i + 1 < o->n; i += 2)
        sum += (u32)o->p[i] << 8 | o->p[i + 1];
    transport(o, proto, sum, depth);
    set16(o, at + 2, o->n - at);
    set16(o, at + 10, 0);
    set16(o, at + 10, checksum(o, at, at + (5 + options) * 4, 0));
}

static void ipv6(struct out *o, u32 depth) {
    static const u8 extension[] = {HOPOPT, FRAG, DSTOPT};
    u32 at = o->n, proto = protocol(o, true), n = rnd(o, 4) ? 0 : 1 + rnd(o, 3), next[4];
    for (u32 i = 0; i < n; i++)
        next[i] = extension[rnd(o, COUNT(extension))];
    next[n] = proto;
    put32(o, 0x60000000 | rnd(o, 1u << 28));
    put16(o, 0);
    put8(o, next[0]);
    put8(o, rnd(o, 8) ? 64 : rnd(o, 3));
    for (u32 i = 0; i < 8; i++)
        put32(o, i % 4 ? rnd(o, 4) : 0x20010db8);
    for (u32 i = 0; i < n; i++) {
        put8(o, next[i + 1]);
        put8(o, 0);
        put16(o, next[i] == FRAG ? rnd(o, 4) : 0x0104);
        put32(o, 0);
    }
    u64 sum = 0;
    for (u32 i = at + 8; i < at + 40 && i + 1 < o->n; i += 2)
        sum += (u32)o->p[i] << 8 | o->p[i + 1];
    transport(o, proto, sum, depth);
    set16(o, at + 4, o->n - at - 40);
}

static void inner_ip(struct out *o, u32 proto, u32 depth) {
    if (depth > 3)
        payload(o);
    else if (proto == IP6IP)
        ipv6(o, depth);
    else
        ipv4(o, depth);
}

static void arp(struct out *o) {
    put32(o, 0x00010800);
    put32(o, 0x06040001 + rnd(o, 2));
    for (u32 i = 0; i < 20; i++)
        put8(o, rnd(o, 256));
}

static void spoil(struct out *o) {
    switch (rnd(o, 3)) {
    case 0: o->n = rnd(o, o->n + 1); return;
    case 1:
        for (u32 k = 1 + rnd(o, 4); k; k--)
            o->p[rnd(o, o->n < 64 ? o->n : 64)] = (u8)rnd(o, 256);
        return;
    default: /* a header that claims another length */
        if (o->n > 18)
            set16(o, 14 + 2 * rnd(o, (o->n - 16) / 2 < 30 ? (o->n - 16) / 2 : 30), rnd(o, 65536));
    }
}

u32 packet_make(u64 *seed, u8 *p) {
    struct out o = {.p = p, .seed = seed};
    for (u32 i = 0; i < 12; i++)
        put8(&o, i % 6 ? i + rnd(&o, 4) : 2);
    for (u32 tags = rnd(&o, 6) ? 0 : 1 + rnd(&o, 2); tags; tags--) {
        put16(&o, rnd(&o, 3) ? 0x8100 : 0x88a8);
        put16(&o, rnd(&o, 2) ? 4011 : rnd(&o, 65536));
    }
    switch (rnd(&o, 10)) {
    case 0:
        put16(&o, 0x0806);
        arp(&o);
        break;
    case 1:
        put16(&o, rnd(&o, 65536));
        payload(&o);
        break;
    case 2:
    case 3:
    case 4:
        put16(&o, 0x86dd);
        ipv6(&o, 0);
        break;
    default: put16(&o, 0x0800); ipv4(&o, 0);
    }
    if (!rnd(&o, 3))
        spoil(&o);
    return o.n;
}
