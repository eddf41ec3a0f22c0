# records that come from user space
-- c
#include "../check.h"
struct { __uint(type, 31); __uint(max_entries, 4096); } user SEC(".maps");
static long each(struct bpf_dynptr *p, void *ctx) {
    u64 *sum = ctx, v = 0;
    if (!bpf_dynptr_read(&v, sizeof v, p, 0, 0))
        *sum += v;
    return 0;
}
SEC("tc") int prog(struct __sk_buff *skb) {
    u64 sum = 0;
    bpf_user_ringbuf_drain(&user, each, &sum, 0);
    return sum;
}
-- accepted prog
