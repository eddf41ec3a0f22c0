/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* pcap.h - packets from a pcap or pcapng file into memory, and back into a file.
 *
 * Frames come in batches, packed one behind the other in one buffer, each with room before
 * and behind so that programs can grow it:
 *
 *   | headroom 256 | frame | tailroom 512 | pad to 64 | headroom 256 | ...
 *
 * Time stamps are nanoseconds. Without libpcap opening fails with a message. */
#ifndef IO_PCAP_H
#define IO_PCAP_H
#include "base/error.h"

enum { FRAME_HEADROOM = 256, FRAME_TAILROOM = 512 };

struct frame {
    u8 *data;
    u32 len;       /* bytes captured */
    u32 wire_len;  /* bytes that were on the wire */
    u64 time_ns;   /* since 1970 */
    u8 verdict_of; /* written to pcapng: enum verdict_of, 0: no verdict */
    u64 verdict;
};
enum verdict_of { VERDICT_TC = 1, VERDICT_XDP = 2 }; /* as the file format numbers them (epb_verdict) */

struct frames {    /* one batch; zeroed before its first use */
    struct frame *frame;
    u32 n, cap;
    u8 *bytes;
    size_t size;
};
void frames_drop(struct frames *b);

struct pcap_in;
struct pcap_in *pcap_in_open(const char *path, struct error *e); /* "-": standard input */
/* Up to n frames into *b, which they stay in until the next call. How many; 0: the end;
 * negative: *e says why (a frame that is cut off comes after all the whole ones). */
int pcap_in_read(struct pcap_in *in, struct frames *b, u32 n, struct error *e);
bool pcap_in_ethernet(const struct pcap_in *in); /* frames start with an Ethernet header */
const char *pcap_in_link(const struct pcap_in *in); /* name of the link type */
void pcap_in_close(struct pcap_in *in);

struct pcap_out;
/* Of the same link type and time resolution as in, pcapng where the path ends so, else pcap.
 * "-": standard output. */
struct pcap_out *pcap_out_open(const char *path, const struct pcap_in *in, struct error *e);
void pcap_out_write(struct pcap_out *out, const struct frame *f);
int pcap_out_close(struct pcap_out *out, struct error *e); /* fails where anything was not written */

#endif
