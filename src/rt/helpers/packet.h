/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* packet.h - what the files on packets share. */
#ifndef RT_HELPERS_PACKET_H
#define RT_HELPERS_PACKET_H
#include "rt/helpers/helpers.h"

enum { MAC_LEN = 12, ETH_LEN = 14, VLAN_LEN = 4, MAX_PACKET = 65535 };
enum { ENOTSUPP_KERNEL = 524 }; /* what the kernel answers where user space says EOPNOTSUPP */
enum { P_IP = 0x0800, P_8021Q = 0x8100, P_IPV6 = 0x86dd, P_8021AD = 0x88a8 }; /* EtherTypes */

static inline u64 pkt_len(const struct pkt *k) {
    return (u64)(k->end - k->data);
}
static inline u16 be16_at(const u8 *p) {
    return (u16)(p[0] << 8 | p[1]);
}
static inline void put_be16(u8 *p, u32 v) {
    p[0] = (u8)(v >> 8);
    p[1] = (u8)v;
}
/* len bytes at off of the packet, or NULL */
static inline u8 *pkt_at(const struct pkt *k, u64 off, u64 len) {
    return off <= pkt_len(k) && len <= pkt_len(k) - off ? k->data + off : NULL;
}
/* The packet begins or ends elsewhere: its length and the regions follow; old pointers trap. */
static inline void pkt_moved(struct ctx *cx) {
    cx->pkt->len = (u32)pkt_len(cx->pkt);
    packet_rows(cx);
}
/* Opens (n > 0, zeroed) or closes n bytes at off, toward the head. False: no headroom, too short. */
bool pkt_shift(struct ctx *cx, u32 off, s32 n);

#endif
