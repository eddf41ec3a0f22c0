/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* oracle.h - for programs that run in the kernel and in SuperVM and must do the same.
 *
 *   SEC("xdp") int twice(struct xdp_md *ctx) { OUT(bpf_map_update_elem(&m, &k, &v, 0)); return 2; }
 *   CASE(twice: run twice udp4 x2)
 *
 * OUT(v) logs a value with its source line in the global out[], which the tool compares with all other
 * maps. What differs between two runs of anything (time, random numbers, addresses) the program
 * itself turns into a property. CASE: see case.c. Helpers and types are facts of the Linux UAPI. */
#ifndef ORACLE_H
#define ORACLE_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;

#define SEC(name)       __attribute__((section(name), used))
#define ALWAYS_INLINE   inline __attribute__((always_inline))
#define NOINLINE        __attribute__((noinline))
#define GLOBAL          __attribute__((noinline, weak))
#define PACKED          __attribute__((packed))
#define NULL            ((void *)0)
#define memcpy(d, s, n) __builtin_memcpy((d), (s), (n))
#define memset(d, c, n) __builtin_memset((d), (c), (n))
#define volatile_of(x)  (*(volatile typeof(x) *)&(x))

/* clang-format off */
#define __uint(name, val)  int (*name)[val]
#define __type(name, val)  val *name
#define __array(name, val) typeof(val) *name[]
/* clang-format on */
#define KSYM      extern __attribute__((section(".ksyms")))
#define KSYM_WEAK extern __attribute__((section(".ksyms"), weak))

#define CASE(...) __asm__(".pushsection .oracle,\"\",@progbits\n\t.asciz \"" #__VA_ARGS__ "\"\n\t.popsection");

char _license[] SEC("license") = "GPL";

/* ---- the log ---- */
enum { OUTS = 320 };
struct out_rec {
    u32 line, pad;
    u64 value;
};
struct out_rec out[OUTS];
u32 nout;
static ALWAYS_INLINE void out_inline(u32 line, u64 value) {
    u32 i = nout;
    if (i < OUTS) {
        out[i].line = line;
        out[i].value = value;
        nout = i + 1;
    }
}
/* A global function: the verifier looks at it once, and at each call of it for free. */
GLOBAL int out_at(u32 line, u64 value) {
    out_inline(line, value);
    return 0;
}
#define OUT(v)        out_at(__LINE__, (u64)(v))
#define OUT_INLINE(v) out_inline(__LINE__, (u64)(v)) /* where no function can be called */
#define OUT_BYTES(p, n) /* n: a multiple of 8 */                                                                       \
    for (u32 i_ = 0; i_ < (n) / 8; i_++) {                                                                             \
        u64 word_;                                                                                                     \
        memcpy(&word_, (const u8 *)(p) + 8 * i_, 8);                                                                   \
        OUT(word_);                                                                                                    \
    }

static ALWAYS_INLINE u32 xorshift(u32 *s) {
    *s ^= *s << 13;
    *s ^= *s >> 17;
    *s ^= *s << 5;
    return *s;
}

enum bpf_map_type {
    BPF_MAP_TYPE_HASH = 1,
    BPF_MAP_TYPE_ARRAY = 2,
    BPF_MAP_TYPE_PROG_ARRAY = 3,
    BPF_MAP_TYPE_PERF_EVENT_ARRAY = 4,
    BPF_MAP_TYPE_PERCPU_HASH = 5,
    BPF_MAP_TYPE_PERCPU_ARRAY = 6,
    BPF_MAP_TYPE_LRU_HASH = 9,
    BPF_MAP_TYPE_LRU_PERCPU_HASH = 10,
    BPF_MAP_TYPE_LPM_TRIE = 11,
    BPF_MAP_TYPE_ARRAY_OF_MAPS = 12,
    BPF_MAP_TYPE_HASH_OF_MAPS = 13,
    BPF_MAP_TYPE_DEVMAP = 14,
    BPF_MAP_TYPE_CPUMAP = 16,
    BPF_MAP_TYPE_XSKMAP = 17,
    BPF_MAP_TYPE_QUEUE = 22,
    BPF_MAP_TYPE_STACK = 23,
    BPF_MAP_TYPE_DEVMAP_HASH = 25,
    BPF_MAP_TYPE_RINGBUF = 27,
    BPF_MAP_TYPE_BLOOM_FILTER = 30,
    BPF_MAP_TYPE_USER_RINGBUF = 31,
    BPF_MAP_TYPE_ARENA = 33,
};
enum { BPF_ANY, BPF_NOEXIST, BPF_EXIST, BPF_F_LOCK = 4 };
enum { BPF_F_NO_PREALLOC = 1, BPF_F_ZERO_SEED = 64, BPF_F_RDONLY_PROG = 128, BPF_F_WRONLY_PROG = 256 };
enum { BPF_F_MMAPABLE = 1024, BPF_F_INNER_MAP = 4096 };

struct bpf_spin_lock {
    u32 val;
};
struct bpf_timer {
    u64 opaque[2];
} __attribute__((aligned(8)));
struct bpf_dynptr {
    u64 opaque[2];
} __attribute__((aligned(8)));

/* ---- helpers: the number is the contract ---- */
/* clang-format off */
#define HELPER(id, ret, name, ...) static ret (*const name)(__VA_ARGS__) = (void *)id
HELPER(1, void *, bpf_map_lookup_elem, void *map, const void *key);
HELPER(2, long, bpf_map_update_elem, void *map, const void *key, const void *val, u64 flags);
HELPER(3, long, bpf_map_delete_elem, void *map, const void *key);
HELPER(5, u64, bpf_ktime_get_ns, void);
HELPER(6, long, bpf_trace_printk, const char *fmt, u32 size, ...);
HELPER(7, u32, bpf_get_prandom_u32, void);
HELPER(8, u32, bpf_get_smp_processor_id, void);
HELPER(9, long, bpf_skb_store_bytes, void *skb, u32 off, const void *from, u32 len, u64 flags);
HELPER(10, long, bpf_l3_csum_replace, void *skb, u32 off, u64 from, u64 to, u64 size);
HELPER(11, long, bpf_l4_csum_replace, void *skb, u32 off, u64 from, u64 to, u64 flags);
HELPER(12, long, bpf_tail_call, void *ctx, void *prog_array, u32 index);
HELPER(13, long, bpf_clone_redirect, void *skb, u32 ifindex, u64 flags);
HELPER(14, u64, bpf_get_current_pid_tgid, void);
HELPER(15, u64, bpf_get_current_uid_gid, void);
HELPER(16, long, bpf_get_current_comm, void *buf, u32 size);
HELPER(17, u32, bpf_get_cgroup_classid, void *skb);
HELPER(18, long, bpf_skb_vlan_push, void *skb, u16 proto, u16 tci);
HELPER(19, long, bpf_skb_vlan_pop, void *skb);
HELPER(23, long, bpf_redirect, u32 ifindex, u64 flags);
HELPER(24, u32, bpf_get_route_realm, void *skb);
HELPER(25, long, bpf_perf_event_output, void *ctx, void *map, u64 flags, void *data, u64 size);
HELPER(26, long, bpf_skb_load_bytes, const void *skb, u32 off, void *to, u32 len);
HELPER(28, s64, bpf_csum_diff, const void *from, u32 from_size, const void *to, u32 to_size, u32 seed);
HELPER(31, long, bpf_skb_change_proto, void *skb, u16 proto, u64 flags);
HELPER(32, long, bpf_skb_change_type, void *skb, u32 type);
HELPER(34, u32, bpf_get_hash_recalc, void *skb);
HELPER(38, long, bpf_skb_change_tail, void *skb, u32 len, u64 flags);
HELPER(39, long, bpf_skb_pull_data, void *skb, u32 len);
HELPER(40, s64, bpf_csum_update, void *skb, u32 csum);
HELPER(41, void, bpf_set_hash_invalid, void *skb);
HELPER(42, long, bpf_get_numa_node_id, void);
HELPER(43, long, bpf_skb_change_head, void *skb, u32 len, u64 flags);
HELPER(44, long, bpf_xdp_adjust_head, void *ctx, int delta);
HELPER(48, u32, bpf_set_hash, void *skb, u32 hash);
HELPER(50, long, bpf_skb_adjust_room, void *skb, s32 len, u32 mode, u64 flags);
HELPER(51, long, bpf_redirect_map, void *map, u64 key, u64 flags);
HELPER(54, long, bpf_xdp_adjust_meta, void *ctx, int delta);
HELPER(65, long, bpf_xdp_adjust_tail, void *ctx, int delta);
HELPER(68, long, bpf_skb_load_bytes_relative, const void *skb, u32 off, void *to, u32 len, u32 start);
HELPER(69, long, bpf_fib_lookup, void *ctx, void *params, int len, u32 flags);
HELPER(87, long, bpf_map_push_elem, void *map, const void *val, u64 flags);
HELPER(88, long, bpf_map_pop_elem, void *map, void *val);
HELPER(89, long, bpf_map_peek_elem, void *map, void *val);
HELPER(93, long, bpf_spin_lock, struct bpf_spin_lock *lock);
HELPER(94, long, bpf_spin_unlock, struct bpf_spin_lock *lock);
HELPER(97, long, bpf_skb_ecn_set_ce, void *skb);
HELPER(105, long, bpf_strtol, const char *buf, u64 len, u64 flags, long *res);
HELPER(106, long, bpf_strtoul, const char *buf, u64 len, u64 flags, unsigned long *res);
HELPER(112, long, bpf_probe_read_user, void *dst, u32 size, const void *src);
HELPER(113, long, bpf_probe_read_kernel, void *dst, u32 size, const void *src);
HELPER(115, long, bpf_probe_read_kernel_str, void *dst, u32 size, const void *src);
HELPER(118, u64, bpf_jiffies64, void);
HELPER(125, u64, bpf_ktime_get_boot_ns, void);
HELPER(130, long, bpf_ringbuf_output, void *rb, void *data, u64 size, u64 flags);
HELPER(131, void *, bpf_ringbuf_reserve, void *rb, u64 size, u64 flags);
HELPER(132, void, bpf_ringbuf_submit, void *rec, u64 flags);
HELPER(133, void, bpf_ringbuf_discard, void *rec, u64 flags);
HELPER(134, u64, bpf_ringbuf_query, void *rb, u64 flags);
HELPER(135, long, bpf_csum_level, void *skb, u64 level);
HELPER(155, long, bpf_redirect_peer, u32 ifindex, u64 flags);
HELPER(160, u64, bpf_ktime_get_coarse_ns, void);
HELPER(164, long, bpf_for_each_map_elem, void *map, void *fn, void *ctx, u64 flags);
HELPER(165, long, bpf_snprintf, char *str, u32 size, const char *fmt, u64 *data, u32 data_len);
HELPER(169, long, bpf_timer_init, struct bpf_timer *timer, void *map, u64 flags);
HELPER(170, long, bpf_timer_set_callback, struct bpf_timer *timer, void *fn);
HELPER(171, long, bpf_timer_start, struct bpf_timer *timer, u64 ns, u64 flags);
HELPER(172, long, bpf_timer_cancel, struct bpf_timer *timer);
HELPER(177, long, bpf_trace_vprintk, const char *fmt, u32 size, const void *data, u32 data_len);
HELPER(181, long, bpf_loop, u32 n, void *fn, void *ctx, u64 flags);
HELPER(182, long, bpf_strncmp, const char *s1, u32 size, const char *s2);
HELPER(183, long, bpf_get_func_arg, void *ctx, u32 n, u64 *value);
HELPER(188, u64, bpf_xdp_get_buff_len, void *ctx);
HELPER(189, long, bpf_xdp_load_bytes, void *ctx, u32 off, void *buf, u32 len);
HELPER(190, long, bpf_xdp_store_bytes, void *ctx, u32 off, void *buf, u32 len);
HELPER(192, long, bpf_skb_set_tstamp, void *skb, u64 tstamp, u32 type);
HELPER(194, void *, bpf_kptr_xchg, void *dst, void *ptr);
HELPER(195, void *, bpf_map_lookup_percpu_elem, void *map, const void *key, u32 cpu);
HELPER(197, long, bpf_dynptr_from_mem, void *data, u32 size, u64 flags, struct bpf_dynptr *ptr);
HELPER(198, long, bpf_ringbuf_reserve_dynptr, void *rb, u32 size, u64 flags, struct bpf_dynptr *ptr);
HELPER(199, void, bpf_ringbuf_submit_dynptr, struct bpf_dynptr *ptr, u64 flags);
HELPER(200, void, bpf_ringbuf_discard_dynptr, struct bpf_dynptr *ptr, u64 flags);
HELPER(201, long, bpf_dynptr_read, void *dst, u32 len, const struct bpf_dynptr *src, u32 off, u64 flags);
HELPER(202, long, bpf_dynptr_write, const struct bpf_dynptr *dst, u32 off, void *src, u32 len, u64 flags);
HELPER(203, void *, bpf_dynptr_data, const struct bpf_dynptr *ptr, u32 off, u32 len);
HELPER(208, u64, bpf_ktime_get_tai_ns, void);
HELPER(209, long, bpf_user_ringbuf_drain, void *map, void *fn, void *ctx, u64 flags);
/* clang-format on */

/* ---- contexts ---- */
enum xdp_action { XDP_ABORTED, XDP_DROP, XDP_PASS, XDP_TX, XDP_REDIRECT };
enum tc_action { TC_ACT_UNSPEC = -1, TC_ACT_OK = 0, TC_ACT_SHOT = 2, TC_ACT_REDIRECT = 7 };

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
struct bpf_raw_tracepoint_args {
    u64 args[0];
};
#define DATA(ctx)     ((void *)(long)(ctx)->data)
#define DATA_END(ctx) ((void *)(long)(ctx)->data_end)
#define DATA_META(ctx) ((void *)(long)(ctx)->data_meta)

/* ---- packets ---- */
#define ntohs(x) __builtin_bswap16(x)
#define htons(x) __builtin_bswap16(x)
#define ntohl(x) __builtin_bswap32(x)
#define htonl(x) __builtin_bswap32(x)

struct ethhdr {
    u8 dst[6], src[6];
    u16 proto;
} PACKED;
struct iphdr {
    u8 ihl : 4, version : 4;
    u8 tos;
    u16 len, id, frag_off;
    u8 ttl, protocol;
    u16 check;
    u32 saddr, daddr;
};
struct udphdr {
    u16 source, dest, len, check;
};

#endif
