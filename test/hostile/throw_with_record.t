# an exception ends the program from within a function; the record that it held is given back
-- c
#include "bpf.h"
struct { __uint(type, 27); __uint(max_entries, 4096); } ring SEC(".maps");
extern __attribute__((section(".ksyms"))) void bpf_throw(u64 cookie);
static void *(*reserve)(void *, u64, u64) = (void *)131;
static u64 (*query)(void *, u64) = (void *)134;
char gpl[] SEC("license") = "GPL";
static NOINLINE int deeper(u64 *ctx) { if (ctx[0]) bpf_throw(77); return 6; }
SEC("syscall") int f(u64 *ctx) {
    if (query(&ring, 0) > 3000) return 1; /* what was reserved is not consumed yet, but no longer busy */
    reserve(&ring, 1000, 0);
    return deeper(ctx);
}
-- mem
0100000000000000
-- result 77
-- result 77
