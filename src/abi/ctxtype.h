/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ctxtype.h - the kinds of programs and the layouts of their contexts.
 *
 * A context is no memory: it is a table of fields. The guest holds a handle
 * (TAG_CTX | offset); each access must hit one field (or a part that the row allows) and
 * is served from struct pkt. 32-bit data, data_end and data_meta give real 64-bit pointers. */
#ifndef ABI_CTXTYPE_H
#define ABI_CTXTYPE_H
#include "base/types.h"

enum prog_kind { PROG_RAW, PROG_XDP, PROG_TC, PROG_SOCKET, PROG_OTHER };

enum field_kind {
    FIELD_VALUE,      /* a number in struct pkt, at host offset */
    FIELD_DATA, FIELD_DATA_END, FIELD_DATA_META, /* pointers */
    FIELD_BYTES,      /* bytes in struct pkt: any aligned part of 1, 2, 4 or 8 bytes may be read and written (cb) */
};
enum { FIELD_R = 1, FIELD_W = 2, FIELD_NARROW = 4 /* aligned narrower accesses allowed, as the kernel does */ };

struct field {
    const char *name;
    u16 off, size;    /* in the guest's view */
    u8 kind, access;
    u16 host_off, host_size;   /* in struct pkt */
};
struct ctxtype {
    const char *name;          /* "xdp", "tc", "socket_filter" */
    u8 kind;                   /* enum prog_kind */
    u32 bpf_type;              /* BPF_PROG_TYPE_* */
    u32 size;                  /* bytes of the guest's view; 0: raw memory, r1 = mem, r2 = len */
    const struct field *field; u32 nfield;
};
const struct ctxtype *ctxtype_of(u8 kind);
const struct ctxtype *ctxtype_named(const char *name);
/* From a section's name as libbpf reads it ("xdp", "xdp.frags/x", "tc", "classifier",
 * "socket", "kprobe/..."): the kind, and the kernel's name of the program type in *type_name. */
u8 prog_kind_of_section(const char *section, const char **type_name, bool *sleepable);

/* A packet in host memory and what is known of it; the host's view of xdp_md and __sk_buff. */
struct pkt {
    u8 *data, *end;            /* first byte, one past the last */
    u8 *meta;                  /* start of metadata, <= data */
    u8 *head, *tail;           /* how far data and end may move */
    u32 len, ifindex, rx_queue, egress_ifindex;
    u32 pkt_type, mark, queue_mapping, protocol, vlan_present, vlan_tci, vlan_proto, priority;
    u32 ingress_ifindex, cb[5], hash, napi_id, family;
    u16 tc_index, tc_classid; /* as in struct sk_buff: what a program writes loses its upper half */
    u32 remote_ip4, local_ip4, remote_ip6[4], local_ip6[4], remote_port, local_port;
    u64 tstamp, hwtstamp;
    u32 wire_len, gso_segs, gso_size, tstamp_type;
    u32 redirect_ifindex; u64 redirect_flags;
    bool redirected;
};

#endif
