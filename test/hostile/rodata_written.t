# constants are constant
-- c
#include "bpf.h"
const volatile u32 limit = 7;
SEC("xdp") int prog(struct xdp_md *ctx) { *(volatile u32 *)&limit = 8; return limit; }
char LICENSE[] SEC("license") = "GPL";
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap READ_ONLY
