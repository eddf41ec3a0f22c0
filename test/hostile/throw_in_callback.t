# a callback has to return to its helper: it throws no exception
-- c
#include "bpf.h"
extern __attribute__((section(".ksyms"))) void bpf_throw(u64 cookie);
static long (*loop)(u32, void *, void *, u64) = (void *)181;
static long step(u32 i, void *x) { if (i == 3) bpf_throw(77); return 0; }
SEC("syscall") int f(u64 *ctx) { return loop(10, step, 0, 0); }
-- trap BAD_ARGUMENT
