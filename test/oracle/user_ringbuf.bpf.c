/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* user_ringbuf.bpf.c - a ring from the host to programs, with nothing in it. */
#include "oracle.h"

struct {
    __uint(type, BPF_MAP_TYPE_USER_RINGBUF);
    __uint(max_entries, 4096);
} from_user SEC(".maps");

static long take(struct bpf_dynptr *p, u64 *n) {
    *n += 1;
    return 0;
}
SEC("tc") int drain(struct __sk_buff *skb) {
    u64 n = 0;
    OUT(bpf_user_ringbuf_drain(&from_user, take, &n, 0));
    OUT(bpf_user_ringbuf_drain(&from_user, take, &n, 1));
    OUT(bpf_user_ringbuf_drain(&from_user, take, &n, 64));
    OUT(n);
    return TC_ACT_OK;
}
CASE(user_ringbuf_empty: run drain)
