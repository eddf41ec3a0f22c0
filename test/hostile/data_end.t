# a read behind a global array
-- c
#include "bpf.h"
u8 table[16] = {1};
volatile u64 at = 16;
SEC("xdp") int prog(struct xdp_md *ctx) { return *(volatile u8 *)(table + (at << 32)); }
char LICENSE[] SEC("license") = "GPL";
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap OUT_OF_BOUNDS
