/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* bpf.h - what an eBPF program in C needs to know, and no more.
 * Nothing but clang is needed to compile a program that includes it: types, the ELF
 * sections, map declarations (BTF style), contexts, packet headers, helpers by id. */
#ifndef EXAMPLE_BPF_H
#define EXAMPLE_BPF_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;
typedef u16 be16;
typedef u32 be32;

#define SEC(name)       __attribute__((section(name), used))
#define ALWAYS_INLINE   inline __attribute__((always_inline))
#define NOINLINE        __attribute__((noinline))
#define PACKED          __attribute__((packed))
#define NULL            ((void *)0)
#define memcpy(d, s, n) __builtin_memcpy((d), (s), (n))
#define memset(d, c, n) __builtin_memset((d), (c), (n))

/* A map is a struct that is never read: its member types carry the numbers into BTF. */
/* clang-format off */
#define __uint(name, val)  int (*name)[val]
#define __type(name, val)  val *name
#define __array(name, val) typeof(val) *name[]
/* clang-format on */

enum bpf_map_type {
    BPF_MAP_TYPE_HASH = 1,
    BPF_MAP_TYPE_ARRAY = 2,
    BPF_MAP_TYPE_PROG_ARRAY = 3,
    BPF_MAP_TYPE_PERCPU_HASH = 5,
    BPF_MAP_TYPE_PERCPU_ARRAY = 6,
    BPF_MAP_TYPE_LRU_HASH = 9,
    BPF_MAP_TYPE_LPM_TRIE = 11,
    BPF_MAP_TYPE_RINGBUF = 27,
};
enum { BPF_ANY, BPF_NOEXIST, BPF_EXIST };
enum { BPF_F_NO_PREALLOC = 1 };

/* helpers: the number is the contract, the name is ours to choose */
static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static long (*const bpf_map_update_elem)(void *map, const void *key, const void *val, u64 flags) = (void *)2;
static long (*const bpf_map_delete_elem)(void *map, const void *key) = (void *)3;
static u64 (*const bpf_ktime_get_ns)(void) = (void *)5;
static long (*const bpf_trace_printk)(const char *fmt, u32 size, ...) = (void *)6; /* GPL only */
static u32 (*const bpf_get_smp_processor_id)(void) = (void *)8;
static long (*const bpf_tail_call)(void *ctx, void *prog_array, u32 index) = (void *)12;
static void *(*const bpf_ringbuf_reserve)(void *ringbuf, u64 size, u64 flags) = (void *)131;
static void (*const bpf_ringbuf_submit)(void *rec, u64 flags) = (void *)132;
static void (*const bpf_ringbuf_discard)(void *rec, u64 flags) = (void *)133;

/* at most three arguments after the format: a helper takes five in all */
#define bpf_printk(fmt, ...)                                                                                           \
    ({                                                                                                                 \
        static const char fmt_[] = fmt;                                                                                \
        bpf_trace_printk(fmt_, sizeof fmt_, ##__VA_ARGS__);                                                            \
    })

/* contexts */
enum xdp_action { XDP_ABORTED, XDP_DROP, XDP_PASS, XDP_TX, XDP_REDIRECT };
enum tc_action { TC_ACT_UNSPEC = -1, TC_ACT_OK = 0, TC_ACT_SHOT = 2 };

struct xdp_md {
    u32 data, data_end, data_meta;
    u32 ingress_ifindex, rx_queue_index, egress_ifindex;
};

struct __sk_buff {
    u32 len, pkt_type, mark, queue_mapping, protocol;
    u32 vlan_present, vlan_tci, vlan_proto, priority;
    u32 ingress_ifindex, ifindex, tc_index, cb[5], hash, tc_classid;
    u32 data, data_end, napi_id, family;
    u32 remote_ip4, local_ip4, remote_ip6[4], local_ip6[4], remote_port, local_port;
    u32 data_meta;
    u64 flow_keys;
    u64 tstamp;
    u32 wire_len, gso_segs;
    u64 sk;
    u32 gso_size;
    u8 tstamp_type, : 8, : 8, : 8;
    u64 hwtstamp;
};

/* packets */
#define ntohs(x) __builtin_bswap16(x)
#define htons(x) __builtin_bswap16(x)
#define ntohl(x) __builtin_bswap32(x)
#define htonl(x) __builtin_bswap32(x)

enum {
    ETH_P_IP = 0x0800,
    ETH_P_ARP = 0x0806,
    ETH_P_8021Q = 0x8100,
    ETH_P_IPV6 = 0x86dd,
    ETH_P_8021AD = 0x88a8,
    ETH_HLEN = 14,
};
enum {
    IPPROTO_HOPOPTS = 0,
    IPPROTO_ICMP = 1,
    IPPROTO_TCP = 6,
    IPPROTO_UDP = 17,
    IPPROTO_ROUTING = 43,
    IPPROTO_ICMPV6 = 58,
    IPPROTO_DSTOPTS = 60,
};
enum { IP_MF = 0x2000, IP_OFFSET = 0x1fff };

struct ethhdr {
    u8 dst[6], src[6];
    be16 proto;
} PACKED;

struct vlanhdr {
    be16 tci, proto;
};

struct iphdr {
    u8 ihl : 4, version : 4; /* as bits lie on a little-endian machine */
    u8 tos;
    be16 len, id, frag_off;
    u8 ttl, protocol;
    u16 check;
    be32 saddr, daddr;
};

struct ipv6hdr {
    be32 flow; /* version 4, traffic class 8, flow label 20 */
    be16 payload_len;
    u8 nexthdr, hop_limit;
    u8 saddr[16], daddr[16];
};

struct tcphdr {
    be16 source, dest;
    be32 seq, ack_seq;
    u8 res : 4, doff : 4;
    u8 flags;
    be16 window;
    u16 check;
    be16 urg_ptr;
};

struct udphdr {
    be16 source, dest, len;
    u16 check;
};

#endif
