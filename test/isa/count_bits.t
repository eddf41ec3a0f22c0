# Bits counted by adding ever wider fields, with constants from in front of a loop.
-- asm
r3 = 0x5555555555555555 ll
r4 = 0x3333333333333333 ll
r5 = 0x0f0f0f0f0f0f0f0f ll
r7 = 0x0101010101010101 ll
r0 = 0
r6 = 0
again: r8 = r1
r8 += r6
r9 = *(u64 *)(r8 + 0)
r8 = r9
r8 >>= 1
r8 &= r3
r9 -= r8
r8 = r9
r8 &= r4
r9 >>= 2
r9 &= r4
r8 += r9
r9 = r8
r9 >>= 4
r8 += r9
r8 &= r5
r8 *= r7
r8 >>= 56
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
0x2820024000
