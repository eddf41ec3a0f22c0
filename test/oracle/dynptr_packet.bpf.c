/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* dynptr_packet.bpf.c - dynptrs over packets and the kernel functions on dynptrs. */
#include "oracle.h"

KSYM int bpf_dynptr_from_skb(struct __sk_buff *skb, u64 flags, struct bpf_dynptr *p);
KSYM int bpf_dynptr_from_xdp(struct xdp_md *xdp, u64 flags, struct bpf_dynptr *p);
KSYM void *bpf_dynptr_slice(const struct bpf_dynptr *p, u32 off, void *buf, u32 len);
KSYM void *bpf_dynptr_slice_rdwr(const struct bpf_dynptr *p, u32 off, void *buf, u32 len);
KSYM int bpf_dynptr_adjust(const struct bpf_dynptr *p, u32 start, u32 end);
KSYM _Bool bpf_dynptr_is_null(const struct bpf_dynptr *p);
KSYM _Bool bpf_dynptr_is_rdonly(const struct bpf_dynptr *p);
KSYM u32 bpf_dynptr_size(const struct bpf_dynptr *p);
KSYM int bpf_dynptr_clone(const struct bpf_dynptr *p, struct bpf_dynptr *clone);

u64 flags;
SEC("xdp") int packet(struct xdp_md *ctx) {
    struct bpf_dynptr p, c;
    u8 buf[14], b[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    OUT(bpf_dynptr_from_xdp(ctx, flags, &p));
    OUT(bpf_dynptr_is_null(&p));
    OUT(bpf_dynptr_is_rdonly(&p));
    OUT(bpf_dynptr_size(&p));
    struct ethhdr *e = bpf_dynptr_slice_rdwr(&p, 0, buf, sizeof buf);
    if (e) {
        OUT(e->proto);
        e->dst[0] = 0x5a;
    }
    OUT(bpf_dynptr_slice(&p, bpf_dynptr_size(&p) - 13, buf, 14) == NULL);
    OUT(bpf_dynptr_clone(&p, &c));
    OUT(bpf_dynptr_adjust(&c, 14, 34));
    OUT(bpf_dynptr_size(&c));
    OUT(bpf_dynptr_adjust(&c, 5, 4));
    OUT(bpf_dynptr_adjust(&c, 0, 21));
    OUT(bpf_dynptr_adjust(&c, 21, 21));
    OUT(bpf_dynptr_adjust(&c, 12, 20));
    OUT(bpf_dynptr_read(b, 8, &c, 0, 0));
    OUT_BYTES(b, 8);
    OUT(bpf_dynptr_read(b, 8, &c, 1, 0));
    b[0] = 172;
    OUT(bpf_dynptr_write(&c, 0, b, 4, 0));
    OUT(bpf_dynptr_write(&c, 6, b, 4, 0));
    OUT(bpf_dynptr_write(&p, 0, b, 4, 1));
    OUT(bpf_dynptr_write(&p, bpf_dynptr_size(&p) - 8, b, 8, 0));
    OUT(bpf_dynptr_write(&p, bpf_dynptr_size(&p) - 7, b, 8, 0));
    return XDP_PASS;
}
CASE(dynptr_xdp: kernel 6.5; run packet udp4; run packet tcp6:90:1)
CASE(dynptr_xdp_bad_flags: kernel 6.5; set flags=1; run packet udp4)

SEC("tc") int buffer(struct __sk_buff *skb) {
    struct bpf_dynptr p;
    u8 buf[20], b[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    OUT(bpf_dynptr_from_skb(skb, flags, &p));
    OUT(bpf_dynptr_size(&p));
    OUT(bpf_dynptr_is_rdonly(&p));
    const u8 *ip = bpf_dynptr_slice(&p, 14, buf, 20);
    OUT(ip ? ip[9] : -1);
    OUT(bpf_dynptr_read(b, 8, &p, 6, 0));
    OUT_BYTES(b, 8);
    OUT(bpf_dynptr_write(&p, 0, b, 8, 0));
    OUT(bpf_dynptr_write(&p, 20, b, 4, 1)); /* flags are those of bpf_skb_store_bytes */
    OUT(bpf_dynptr_write(&p, 20, b, 4, 64));
    OUT(bpf_dynptr_read(b, 8, &p, skb->len - 7, 0));
    u8 *w = bpf_dynptr_slice_rdwr(&p, 30, buf, 4);
    if (w)
        w[3] ^= 0xff;
    OUT(w != NULL);
    return TC_ACT_OK;
}
CASE(dynptr_skb: kernel 6.5; run buffer udp4; run buffer arp)

SEC("socket") int read_only(struct __sk_buff *skb) {
    struct bpf_dynptr p;
    u8 b[8] = {};
    OUT(bpf_dynptr_from_skb(skb, 0, &p));
    OUT(bpf_dynptr_is_rdonly(&p));
    OUT(bpf_dynptr_size(&p));
    OUT(bpf_dynptr_write(&p, 0, b, 8, 0));
    OUT(bpf_dynptr_read(b, 8, &p, 12, 0));
    OUT_BYTES(b, 8);
    return 1;
}
CASE(dynptr_socket: kernel 6.5; run read_only)
