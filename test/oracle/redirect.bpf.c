/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* redirect.bpf.c - the verdicts of bpf_redirect and bpf_redirect_map; nothing is sent by a test run. */
#include "oracle.h"

struct devmap_val {
    u32 ifindex;
    u32 prog;
};
struct {
    __uint(type, BPF_MAP_TYPE_DEVMAP);
    __uint(max_entries, 4);
    __type(key, u32);
    __type(value, u32);
} dev SEC(".maps");
struct {
    __uint(type, BPF_MAP_TYPE_DEVMAP_HASH);
    __uint(max_entries, 4);
    __type(key, u32);
    __type(value, struct devmap_val);
} dev_hash SEC(".maps");
struct {
    __uint(type, BPF_MAP_TYPE_CPUMAP);
    __uint(max_entries, 2);
    __type(key, u32);
    __type(value, u32);
} cpu SEC(".maps");
struct {
    __uint(type, BPF_MAP_TYPE_XSKMAP);
    __uint(max_entries, 4);
    __type(key, u32);
    __type(value, u32);
} xsk SEC(".maps");

u64 key, flags;

#define TO(map)                                                                                                        \
    SEC("xdp") int to_##map(struct xdp_md *ctx) {                                                                      \
        return bpf_redirect_map(&map, key, flags);                                                                     \
    }
TO(dev)
TO(dev_hash)
TO(cpu)
TO(xsk)
CASE(devmap: put dev u32:1 u32:1; put dev u32:4 u32:1; run to_dev; run to_dev; set key=1; get dev u32:1; get dev u32:0)
CASE(devmap_missing: set key=2; run to_dev; del dev u32:2; del dev u32:8)
CASE(devmap_missing_pass: set key=2; set flags=2; run to_dev)
CASE(devmap_past_end_tx: set key=4; set flags=3; run to_dev)
CASE(devmap_far_key: set key=0x100000001; set flags=1; put dev u32:1 u32:1; run to_dev)
CASE(devmap_broadcast: set flags=8; run to_dev; put dev u32:1 u32:1; run to_dev)
CASE(devmap_bad_flags: set key=1; set flags=32; put dev u32:1 u32:1; run to_dev)
CASE(devmap_hash: set key=70000; put dev_hash u32:70000 u32:1,u32:0; run to_dev_hash; del dev_hash u32:70000;
     run to_dev_hash; put dev_hash u32:1 u32:1 2; put dev_hash u32:1 u32:1 1; put dev_hash u32:1 u32:1 1)
CASE(cpumap: set flags=2; put cpu u32:0 u32:64; run to_cpu; get cpu u32:0; put cpu u32:5 u32:64; del cpu u32:0;
     run to_cpu)
CASE(xskmap_empty: set key=1; set flags=2; run to_xsk)

SEC("xdp") int lookup(struct xdp_md *ctx) {
    u32 k = 1;
    struct devmap_val *v = bpf_map_lookup_elem(&dev_hash, &k);
    u32 *w = bpf_map_lookup_elem(&dev, &k);
    OUT(v ? v->ifindex : -1);
    OUT(w ? *w : -1);
    k = 2;
    OUT(bpf_map_lookup_elem(&dev, &k) == NULL);
    OUT(bpf_map_lookup_elem(&dev_hash, &k) == NULL);
    return XDP_PASS;
}
CASE(devmap_lookup: put dev u32:1 u32:1; put dev_hash u32:1 u32:1; run lookup)

u32 ifindex = 1;
SEC("xdp") int plain_xdp(struct xdp_md *ctx) {
    return bpf_redirect(ifindex, flags);
}
SEC("tc") int plain_tc(struct __sk_buff *skb) {
    return bpf_redirect(ifindex, flags);
}
SEC("tc") int peer(struct __sk_buff *skb) {
    return bpf_redirect_peer(ifindex, flags);
}
CASE(redirect_xdp: run plain_xdp)
CASE(redirect_xdp_flags: set flags=1; run plain_xdp)
CASE(redirect_tc: run plain_tc; run peer)
CASE(redirect_tc_ingress: set flags=1; run plain_tc; run peer)
CASE(redirect_tc_bad_flags: set flags=2; run plain_tc)

SEC("tc") int clone(struct __sk_buff *skb) {
    OUT(bpf_clone_redirect(skb, 1, 2));
    OUT(bpf_clone_redirect(skb, 1, 1ull << 40));
    return TC_ACT_OK;
}
CASE(clone_redirect_bad_flags: run clone)
