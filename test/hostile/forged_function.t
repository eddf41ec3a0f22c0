# A function's handle is a number that any program can compute: what was proven of the function for those
# that call it by name does not hold then.
-- c
#include "bpf.h"
static __attribute__((noinline)) u64 put(u64 *p)
{
    *(volatile u64 *)p = 7;
    return 0;
}
SEC("xdp") int good(struct xdp_md *ctx)
{
    u64 buf[2] = {1, 2};
    put(buf);
    return buf[0] == 7 ? 2 : 1;
}
SEC("xdp") int evil(struct xdp_md *ctx)
{
    register u64 n asm("r1") = 1, func asm("r2"), arg asm("r3") = 0, flags asm("r4") = 0;
    asm volatile("r2 = 0x7c03000000000002 ll\ncall 181" : "+r"(n), "=r"(func), "+r"(arg), "+r"(flags)::"r0", "r5", "memory");
    return 2;
}
char LICENSE[] SEC("license") = "GPL";
-- options
prog evil
-- ctx xdp
-- mem
00112233445566778899aabbccddeeff
-- trap OUT_OF_BOUNDS 1
