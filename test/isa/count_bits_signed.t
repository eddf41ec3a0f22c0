# Bits counted of 32, with a signed shift at the end.
-- asm
r0 = 0
r6 = 0
again: r8 = r1
r8 += r6
r9 = *(u64 *)(r8 + 0)
w8 = w9
w8 >>= 1
w8 &= 0x55555555
w9 -= w8
w8 = w9
w8 &= 0x33333333
w9 >>= 2
w9 &= 0x33333333
w9 += w8
w8 = w9
w8 >>= 4
w8 += w9
w8 &= 0x0f0f0f0f
w8 *= 0x01010101
w8 s>>= 24
r2 = r6
r2 <<= 0
r8 <<= r2
r0 += r8
r6 += 8
if r6 != 40 goto again
exit
-- mem
00 00 00 00 00 00 00 00 ff ff ff ff ff ff ff ff 01 00 00 00 00 00 00 80 ef cd ab 89 67 45 23 01 ef be ad de f0 f0 f0 f0
-- result
0x1814012000
