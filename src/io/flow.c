/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* flow.c - the headers of a frame in, a hash out that does not change when source and destination
 * change places: both ends are hashed alike and added. Every header is compared with the length
 * before it is read; a frame that is cut short is hashed by what there is. */
#include "io/flow.h"
#include <string.h>

enum { ETH = 14, MAC = 6, TAG = 4, MAX_TAGS = 4, MAX_EXTENSIONS = 8, PORTS = 4 };
enum { ETH_IP = 0x0800, ETH_IPV6 = 0x86dd, ETH_8021Q = 0x8100, ETH_8021AD = 0x88a8, ETH_QINQ = 0x9100 };
enum { TCP = 6, UDP = 17, DCCP = 33, SCTP = 132, UDPLITE = 136 };
/* IPv6 extension headers (RFC 8200, 4; RFC 4302) */
enum { HOP_BY_HOP = 0, ROUTING = 43, FRAGMENT = 44, AUTH = 51, DEST_OPTS = 60, MOBILITY = 135 };

static u64 mix(u64 x) {
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93u;
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93u;
    return x ^ x >> 32;
}

/* One end of a conversation: n bytes of address, and a port. */
static u64 end_of(const u8 *addr, u32 n, u32 port) {
    u64 h = port + 1, w;
    for (; n; n -= n < 8 ? n : 8, addr += 8) {
        w = 0;
        memcpy(&w, addr, n < 8 ? n : 8);
        h = mix(h ^ w);
    }
    return h;
}

static u32 join(u64 from, u64 to, u32 what) {
    u64 h = mix(from + to + what);
    return (u32)(h ^ h >> 32);
}

static u32 be16(const u8 *p) {
    return (u32)p[0] << 8 | p[1];
}

static u32 with_ports(const u8 *addr, u32 n, u32 proto, const u8 *p, u32 len) {
    bool has = proto == TCP || proto == UDP || proto == DCCP || proto == SCTP || proto == UDPLITE;
    u32 from = 0, to = 0;
    if (has && p && len >= PORTS) {
        from = be16(p);
        to = be16(p + 2);
    }
    return join(end_of(addr, n, from), end_of(addr + n, n, to), proto);
}

static u32 ipv4(const u8 *p, u32 len) {
    u32 head = (p[0] & 15) * 4u;
    bool fragment = be16(p + 6) & 0x3fff; /* more of them, or an offset */
    bool whole = !fragment && head >= 20 && head <= len;
    return with_ports(p + 12, 4, p[9], whole ? p + head : NULL, whole ? len - head : 0);
}

static u32 ipv6(const u8 *p, u32 len) {
    u32 next = p[6], at = 40, i;
    for (i = 0; i < MAX_EXTENSIONS; i++) {
        bool extension = next == HOP_BY_HOP || next == ROUTING || next == DEST_OPTS || next == MOBILITY || next == AUTH;
        if (next == FRAGMENT && len - at >= 8)
            return with_ports(p + 8, 16, p[at], NULL, 0);
        if (!extension || len - at < 8)
            break;
        u32 size = next == AUTH ? (p[at + 1] + 2u) * 4 : (p[at + 1] + 1u) * 8;
        if (size > len - at)
            break;
        next = p[at];
        at += size;
    }
    return with_ports(p + 8, 16, next, p + at, len - at);
}

u32 flow_hash(const u8 *frame, u32 len, bool ethernet) {
    u32 at = ethernet ? ETH : 0, type = 0, i;
    if (ethernet) {
        if (len < ETH)
            return 0;
        type = be16(frame + 12);
        for (i = 0; i < MAX_TAGS && len - at >= TAG; i++, at += TAG) {
            if (type != ETH_8021Q && type != ETH_8021AD && type != ETH_QINQ)
                break;
            type = be16(frame + at + 2);
        }
    } else if (len) {
        type = frame[0] >> 4 == 4 ? ETH_IP : frame[0] >> 4 == 6 ? ETH_IPV6 : 0;
    }
    if (type == ETH_IP && len - at >= 20)
        return ipv4(frame + at, len - at);
    if (type == ETH_IPV6 && len - at >= 40)
        return ipv6(frame + at, len - at);
    return ethernet ? join(end_of(frame, MAC, 0), end_of(frame + MAC, MAC, 0), type) : 0;
}
