/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* pcapng.h - frames into a pcapng file (draft-ietf-opsawg-pcapng), with what a program decided. */
#ifndef IO_PCAPNG_H
#define IO_PCAPNG_H
#include "io/pcap.h"

struct pcapng;
/* link: the number of the file formats (LINKTYPE_*). "-": standard output. */
struct pcapng *pcapng_open(const char *path, u32 link, struct error *e);
void pcapng_write(struct pcapng *p, const struct frame *f);
int pcapng_close(struct pcapng *p, struct error *e); /* fails where anything was not written */

#endif
