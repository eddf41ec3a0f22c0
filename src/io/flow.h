/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* flow.h - which conversation a frame belongs to. */
#ifndef IO_FLOW_H
#define IO_FLOW_H
#include "base/types.h"

/* A number that all frames of a conversation share, in both directions: of addresses, protocol and
 * ports for TCP, UDP, UDP-Lite, DCCP and SCTP, of addresses and protocol for other IP and for
 * fragments (as a network card's RSS has it: a conversation of which only some packets are fragments
 * counts as two), of the two MAC addresses and the type for the rest. Looks behind VLAN tags and
 * extension headers, not into tunnels. ethernet: false: the frame begins with IP, or is none. */
u32 flow_hash(const u8 *frame, u32 len, bool ethernet);

#endif
