/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ringbuf_dynptr.bpf.c - records of a size that is known only when it runs. */
#include "oracle.h"

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
} rb SEC(".maps");

u32 dyn_size = 40;
SEC("tc") int dynptr(struct __sk_buff *skb) {
    struct bpf_dynptr p;
    u8 buf[16] = {9, 8, 7, 6, 5, 4, 3, 2, 1}, back[16] = {};
    OUT(bpf_ringbuf_reserve_dynptr(&rb, dyn_size, 0, &p));
    OUT(bpf_dynptr_write(&p, 0, buf, 16, 0));
    OUT(bpf_dynptr_write(&p, 24, buf, 16, 0));
    OUT(bpf_dynptr_write(&p, 25, buf, 16, 0));
    OUT(bpf_dynptr_write(&p, 0xfffffff0, buf, 16, 0));
    OUT(bpf_dynptr_write(&p, 0, buf, 4, 1));
    OUT(bpf_dynptr_read(back, 16, &p, 24, 0));
    OUT_BYTES(back, 16);
    OUT(bpf_dynptr_read(back, 16, &p, 30, 0));
    OUT_BYTES(back, 16);
    OUT(bpf_dynptr_read(back, 1, &p, 0, 5));
    u64 *w = bpf_dynptr_data(&p, 16, 8);
    if (w)
        *w = 0x1122334455667788;
    OUT(w != NULL);
    OUT(bpf_dynptr_data(&p, 36, 8) == NULL);
    bpf_ringbuf_submit_dynptr(&p, 0);
    OUT(bpf_ringbuf_reserve_dynptr(&rb, 1u << 30, 0, &p));
    OUT(bpf_dynptr_write(&p, 0, buf, 4, 0));
    OUT(bpf_dynptr_data(&p, 0, 1) == NULL);
    bpf_ringbuf_submit_dynptr(&p, 0);
    OUT(bpf_ringbuf_reserve_dynptr(&rb, 8, 7, &p));
    bpf_ringbuf_discard_dynptr(&p, 0);
    OUT(bpf_ringbuf_reserve_dynptr(&rb, 8, 0, &p));
    bpf_ringbuf_discard_dynptr(&p, 0);
    return TC_ACT_OK;
}
CASE(ringbuf_dynptr: run dynptr udp4 x2)
CASE(ringbuf_dynptr_size: set dyn_size=41; run dynptr)
