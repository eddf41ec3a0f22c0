# bpf_loop with a struct of bounds
-- c
#include "../check.h"
struct state { u64 sum; u32 limit; u8 bytes[16]; };
static long each(u32 i, struct state *s) {
    if (i >= sizeof s->bytes)
        return 1;
    s->sum += s->bytes[i];
    return 0;
}
SEC("tc") int prog(struct __sk_buff *skb) {
    struct state s = {.limit = skb->len};
    bpf_skb_load_bytes(skb, 0, s.bytes, sizeof s.bytes);
    bpf_loop(s.limit, each, &s, 0);
    return s.sum;
}
-- accepted prog
