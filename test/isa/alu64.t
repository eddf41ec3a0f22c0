# base64: each operation once, immediates and registers
-- asm
r0 = 10
r1 = 3
r0 += r1
r0 *= 7
r0 -= 1
r0 <<= 4
r0 |= 5
r0 ^= 0xff
r0 &= 0xfff
r0 >>= 2
r0 /= r1
r0 %= 100
exit
-- result
0xe
