# the callback reads a record through a pointer
-- c
#include "../check.h"
struct { __uint(type, 31); __uint(max_entries, 4096); } user SEC(".maps");
static long each(struct bpf_dynptr *p, void *ctx) {
    return *(u64 *)p & 1;
}
SEC("tc") int prog(struct __sk_buff *skb) {
    return bpf_user_ringbuf_drain(&user, each, NULL, 0);
}
-- rejected prog: not-a-pointer: each: insn * (callback_ringbuf_drain_record.t:6): read of 8 bytes at an address that is a number: r1 = dynptr
-- kernel rejects R1 invalid mem access 'dynptr_ptr'
