# a divisor that may be 0: eBPF's result is 0
-- asm
r2 = *(u32 *)(r1 + 16)
r3 = *(u32 *)(r1 + 12)
r0 = r2
r0 /= r3
r2 %= r3
r0 += r2
exit
-- ctx xdp
-- accepted
