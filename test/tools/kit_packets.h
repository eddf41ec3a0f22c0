/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit_packets.h - packets as networks carry them, and broken ones: the same for the same seed. */
#ifndef TOOLS_KIT_PACKETS_H
#define TOOLS_KIT_PACKETS_H
#include "base/types.h"

enum { PACKET_MAX = 3072 };
/* Ethernet, up to two VLAN tags, IPv4 (options, fragments), IPv6 (extension headers), ARP or anything; TCP, UDP,
 * ICMP, SCTP, IP in IP, GRE or anything; up to PACKET_MAX bytes. One in three is then cut, or has wrong bytes. The
 * length. */
u32 packet_make(u64 *seed, u8 *p);
u32 packet_random(u64 *seed, u32 n); /* 0 .. n - 1 */

#endif
