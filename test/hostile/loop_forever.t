# a loop helper pays for every turn
-- c
#include "bpf.h"
static long (*const bpf_loop)(u32 n, void *fn, void *ctx, u64 flags) = (void *)181;

static int cb(u64 i, void *ctx) { return 0; }
static int outer(u64 i, void *ctx) { bpf_loop(8000000, cb, 0, 0); return 0; }
SEC("xdp") int prog(struct xdp_md *ctx) { bpf_loop(8000000, outer, 0, 0); return 0; }
char LICENSE[] SEC("license") = "GPL";
-- options
budget 1000000
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap FUEL
