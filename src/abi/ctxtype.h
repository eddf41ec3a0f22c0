/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ctxtype.h - the kinds of programs and the layouts of their contexts.
 *
 *   MEMORY  r1 = memory, r2 = its length
 *   BYTES   r1 = memory: read-only (arguments, a record, registers), or in and out (syscall)
 *   PACKET  a table of fields over struct pkt           the guest holds a handle (TAG_CTX | offset);
 *   STRUCT  a table of fields over a struct of the host  each access must hit one field (or a part
 *                                                        that its row allows)
 *
 * 32-bit data, data_end and data_meta give real 64-bit pointers. */
#ifndef ABI_CTXTYPE_H
#define ABI_CTXTYPE_H
#include "base/types.h"

enum prog_kind {
#define KIND(id, ...) PROG_##id,
#include "abi/ctxtypes.def"
    PROG_KINDS
};
enum ctx_form { CTX_MEMORY, CTX_BYTES, CTX_PACKET, CTX_STRUCT };

enum field_kind {
    FIELD_VALUE,      /* a number in the host's struct, at host offset */
    FIELD_DATA, FIELD_DATA_END, FIELD_DATA_META, /* pointers */
    FIELD_BYTES,      /* bytes in that struct: any aligned part of 1, 2, 4 or 8 bytes may be read and written (cb) */
};
enum { FIELD_R = 1, FIELD_W = 2, FIELD_NARROW = 4 /* aligned narrower accesses allowed, as the kernel does */ };

struct field {
    const char *name;
    u16 off, size;    /* in the guest's view */
    u8 kind, access;
    u16 host_off, host_size;   /* in struct pkt, or the host's struct */
};
/* Memory that FIELD_DATA and FIELD_DATA_END of a host's struct point at: where these two pointers stand. */
struct ctx_buffer { u16 start, end; bool writable; };
enum { CTX_BUFFERS = 2 };      /* each takes a fixed region */
struct ctxtype {
    const char *name;          /* "xdp", "tc", "socket_filter" */
    u8 kind, form;             /* enum prog_kind, enum ctx_form */
    bool writable;             /* MEMORY, BYTES, PACKET: the memory that it shows */
    u32 bpf_type;              /* BPF_PROG_TYPE_* */
    u32 size;                  /* bytes of the guest's view of a table of fields, else 0 */
    const struct field *field; u32 nfield;
    /* of a context that a host described */
    u32 host_size;
    struct ctx_buffer buffer[CTX_BUFFERS]; u32 nbuffer;
    s32 least, most;           /* results (the low 32 bits of r0) that are allowed; both 0: any */
};
extern const struct ctxtype ctxtypes[PROG_KINDS]; /* by enum prog_kind */
const struct ctxtype *ctxtype_named(const char *name);
/* From a section's name as libbpf reads it ("xdp", "xdp.frags/x", "tc", "classifier",
 * "socket", "kprobe/..."): the kind, and the kernel's name of the program type in *type_name. */
u8 prog_kind_of_section(const char *section, const char **type_name, bool *sleepable);

/* The tunnel that a packet came through, or that it is to be sent into: the outer header. */
struct tunnel {
    bool present, ipv6;
    u8 tos, ttl;
    u32 id, label;
    u8 src[16], dst[16];       /* as in the header; of IPv4 the first four bytes */
    u16 flags;                 /* TUNNEL_* (Linux UAPI, if_tunnel.h) */
    u32 opt_len;
    u8 opt[252];               /* options, as Geneve has them */
    bool by_program;           /* set by the program that runs */
};

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
    struct tunnel *tunnel;     /* NULL: there is no room for one */
    u64 sk;                    /* 0: no packet has a socket here */
    u32 wire_len, gso_segs, gso_size, tstamp_type;
    u32 redirect_ifindex; u64 redirect_flags;
    bool redirected, changed;  /* changed: data, end or meta, or the host has seen it; who takes the packet back looks at it */
};

#endif
