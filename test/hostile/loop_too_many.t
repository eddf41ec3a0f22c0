# more turns than BPF_MAX_LOOPS
-- c
#include "bpf.h"
static long (*const bpf_loop)(u32 n, void *fn, void *ctx, u64 flags) = (void *)181;

static int cb(u64 i, void *ctx) { return 0; }
SEC("xdp") int prog(struct xdp_md *ctx) { return bpf_loop(9000000, cb, 0, 0) == -7; }
char LICENSE[] SEC("license") = "GPL";
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- result 1
