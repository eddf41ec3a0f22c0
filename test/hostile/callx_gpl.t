# the same through a register
-- c
#include "bpf.h"
SEC("xdp") int prog(struct xdp_md *ctx) {
    volatile u64 id = 6;
    long (*fn)(const char *, u32) = (void *)id;
    return fn("hi", 3);
}
char LICENSE[] SEC("license") = "Proprietary";
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap BAD_CALLEE
