# a callback must return to its helper: it cannot tail-call
-- c
#include "bpf.h"
static long (*const bpf_loop)(u32 n, void *fn, void *ctx, u64 flags) = (void *)181;

struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, u32); } p SEC(".maps");
static int cb(u64 i, void *ctx) { bpf_tail_call(ctx, &p, 0); return 0; }
SEC("xdp") int prog(struct xdp_md *ctx) { bpf_loop(2, cb, ctx, 0); return 1; }
char LICENSE[] SEC("license") = "GPL";
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap BAD_ARGUMENT
