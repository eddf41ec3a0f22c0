# compares the low half of r0 only, and clears its upper half even when it fails
-- asm
*(u32 *)(r10 - 4) = 5
r0 = 0xff00000005 ll
w1 = 7
w0 = cmpxchg32_32(r10 - 4, w0, w1)
w2 = *(u32 *)(r10 - 4)
r0 <<= 4
r0 += r2
exit
-- result
0x57
