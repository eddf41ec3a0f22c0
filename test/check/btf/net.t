# functions of the kernel for programs over packets
-- c
#include "../check.h"
#define CORE __attribute__((preserve_access_index))
#define KSYM extern __attribute__((section(".ksyms")))
struct net_device { int ifindex; } CORE;
struct sk_buff { u32 len; struct net_device *dev; } CORE;
struct xdp_rxq_info { struct net_device *dev; } CORE;
struct xdp_buff { struct xdp_rxq_info *rxq; u32 frame_sz; } CORE;
struct nf_conn { u64 status; } CORE;
struct nf_conn___init { struct nf_conn ct; } CORE;
struct bpf_map { u32 id; } CORE;
struct bpf_sock_tuple { u32 saddr, daddr; unsigned short sport, dport; };
struct bpf_ct_opts { int netns_id, error; u8 l4proto, dir, reserved[2]; };
KSYM struct nf_conn___init *bpf_xdp_ct_alloc(struct xdp_md *ctx, struct bpf_sock_tuple *tuple, u32 size, struct bpf_ct_opts *opts, u32 osize);
KSYM struct nf_conn *bpf_xdp_ct_lookup(struct xdp_md *ctx, struct bpf_sock_tuple *tuple, u32 size, struct bpf_ct_opts *opts, u32 osize);
KSYM struct nf_conn *bpf_skb_ct_lookup(struct __sk_buff *ctx, struct bpf_sock_tuple *tuple, u32 size, struct bpf_ct_opts *opts, u32 osize);
KSYM struct nf_conn *bpf_ct_insert_entry(struct nf_conn___init *ct);
KSYM void bpf_ct_release(struct nf_conn *ct);
KSYM void bpf_ct_set_timeout(struct nf_conn___init *ct, u32 timeout);
KSYM int bpf_ct_change_timeout(struct nf_conn *ct, u32 timeout);
KSYM long long bpf_map_sum_elem_count(const struct bpf_map *map);
KSYM void *bpf_cast_to_kern_ctx(void *ctx);
KSYM void *bpf_rdonly_cast(const void *p, u32 type);
#define type_id(T) __builtin_preserve_type_info(*(typeof(T) *)0, 0)
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, u32); __type(value, u64); } table SEC(".maps");
u64 seen;

SEC("xdp") int looked_up(struct xdp_md *x) {
    struct bpf_sock_tuple t = {1, 2, 3, 4};
    struct bpf_ct_opts o = {-1};
    struct nf_conn *ct = bpf_xdp_ct_lookup(x, &t, sizeof t, &o, sizeof o);
    if (ct) {
        seen += ct->status;
        bpf_ct_change_timeout(ct, 100);
        bpf_ct_release(ct);
    }
    return 2;
}
SEC("xdp") int made(struct xdp_md *x) {
    struct bpf_sock_tuple t = {1, 2, 3, 4};
    struct bpf_ct_opts o = {-1};
    struct nf_conn___init *ct = bpf_xdp_ct_alloc(x, &t, sizeof t, &o, sizeof o);
    struct nf_conn *in;
    if (!ct)
        return 2;
    bpf_ct_set_timeout(ct, 100);
    in = bpf_ct_insert_entry(ct);
    if (in)
        bpf_ct_release(in);
    return 2;
}
SEC("xdp") int made_and_lost(struct xdp_md *x) {
    struct bpf_sock_tuple t = {1, 2, 3, 4};
    struct bpf_ct_opts o = {-1};
    struct nf_conn___init *ct = bpf_xdp_ct_alloc(x, &t, sizeof t, &o, sizeof o);
    if (ct)
        bpf_ct_set_timeout(ct, 100);
    return 2;
}
SEC("xdp") int released_before_insert(struct xdp_md *x) {
    struct bpf_sock_tuple t = {1, 2, 3, 4};
    struct bpf_ct_opts o = {-1};
    struct nf_conn___init *ct = bpf_xdp_ct_alloc(x, &t, sizeof t, &o, sizeof o);
    if (ct)
        bpf_ct_release((void *)ct);
    return 2;
}
SEC("xdp") int changed_before_insert(struct xdp_md *x) {
    struct bpf_sock_tuple t = {1, 2, 3, 4};
    struct bpf_ct_opts o = {-1};
    struct nf_conn___init *ct = bpf_xdp_ct_alloc(x, &t, sizeof t, &o, sizeof o);
    struct nf_conn *in;
    if (!ct)
        return 2;
    bpf_ct_change_timeout((void *)ct, 100);
    in = bpf_ct_insert_entry(ct);
    if (in)
        bpf_ct_release(in);
    return 2;
}
SEC("xdp") int short_tuple(struct xdp_md *x) {
    u32 t = 1;
    struct bpf_ct_opts o = {-1};
    struct nf_conn *ct = bpf_xdp_ct_lookup(x, (void *)&t, sizeof(struct bpf_sock_tuple), &o, sizeof o);
    if (ct)
        bpf_ct_release(ct);
    return 2;
}
SEC("xdp") int function_of_tc(struct xdp_md *x) {
    struct bpf_sock_tuple t = {1, 2, 3, 4};
    struct bpf_ct_opts o = {-1};
    struct nf_conn *ct = bpf_skb_ct_lookup((void *)x, &t, sizeof t, &o, sizeof o);
    if (ct)
        bpf_ct_release(ct);
    return 2;
}
SEC("tc") int function_of_tc_in_tc(struct __sk_buff *skb) {
    struct bpf_sock_tuple t = {1, 2, 3, 4};
    struct bpf_ct_opts o = {-1};
    struct nf_conn *ct = bpf_skb_ct_lookup(skb, &t, sizeof t, &o, sizeof o);
    if (ct)
        bpf_ct_release(ct);
    return 0;
}
SEC("xdp") int counted(struct xdp_md *x) {
    seen += bpf_map_sum_elem_count((void *)&table);
    return 2;
}
SEC("xdp") int counted_number(struct xdp_md *x) {
    seen += bpf_map_sum_elem_count((void *)seen);
    return 2;
}
SEC("tc") int behind_context(struct __sk_buff *skb) {
    struct sk_buff *k = bpf_cast_to_kern_ctx(skb);
    seen += k->len + k->dev->ifindex;
    return 0;
}
SEC("xdp") int behind_context_of_xdp(struct xdp_md *x) {
    struct xdp_buff *k = bpf_cast_to_kern_ctx(x);
    seen += k->frame_sz + k->rxq->dev->ifindex;
    return 2;
}
SEC("tc") int behind_context_written(struct __sk_buff *skb) {
    struct sk_buff *k = bpf_cast_to_kern_ctx(skb);
    k->len = 0;
    return 0;
}
SEC("tc") int behind_context_beyond(struct __sk_buff *skb) {
    char *k = bpf_cast_to_kern_ctx(skb);
    return k[100000];
}
-- accepted looked_up
-- accepted made
-- rejected made_and_lost: reference-leak: made_and_lost: insn * (net.t:59): what a function gave is not released on this path
-- kernel rejects BPF_EXIT instruction in main prog would lead to reference leak
-- rejected released_before_insert: argument-type: released_before_insert: insn * (net.t:66): argument 1 of bpf_ct_release: an argument is not what the function takes: r1 = struct nf_conn___init *, trusted
-- kernel rejects kernel function bpf_ct_release args#0 expected pointer to STRUCT nf_conn but R1 has a pointer to STRUCT nf_conn___init
-- rejected changed_before_insert: argument-type: changed_before_insert: insn * (net.t:76): argument 1 of bpf_ct_change_timeout: an argument is not what the function takes: r1 = struct nf_conn___init *, trusted
-- kernel rejects kernel function bpf_ct_change_timeout args#0 expected pointer to STRUCT nf_conn but R1 has a pointer to STRUCT nf_conn___init
-- rejected short_tuple: stack-bounds: short_tuple: insn * (net.t:85): write of 12 bytes outside the frame: r2 = stack - 4, and the access covers r10-4 to r10+8
-- kernel rejects arg#1 arg#2 memory, len pair leads to invalid memory access
-- rejected function_of_tc: argument-type: function_of_tc: insn * (net.t:93): argument 1 of bpf_skb_ct_lookup: an argument is not what the function takes: r1 = context
-- kernel rejects arg#0 pointer type STRUCT __sk_buff must point to scalar, or struct with scalar
-- accepted function_of_tc_in_tc
-- accepted counted
-- rejected counted_number: argument-type: counted_number: insn * (net.t:111): argument 1 of bpf_map_sum_elem_count: an argument is not what the function takes: r1 = any number
-- kernel rejects arg#0 pointer type STRUCT bpf_map must point to scalar, or struct with scalar
-- accepted behind_context
-- accepted behind_context_of_xdp
-- rejected behind_context_written: read-only: behind_context_written: insn * (net.t:126): write of 4 bytes: a store to memory that may only be read (sk_buff.len): r0 = struct sk_buff *, trusted
-- kernel rejects only read is supported
-- rejected behind_context_beyond: kernel-object: behind_context_beyond: insn * (net.t:131): read of 1 byte: an object of the kernel is accessed in a way that is not allowed (sk_buff): r0 = struct sk_buff * + 100000, trusted
-- kernel rejects access beyond struct sk_buff at off 100000 size 1
