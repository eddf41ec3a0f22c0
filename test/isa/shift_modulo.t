# amounts are taken modulo the width (the suite's reading; the verifier refuses immediates)
-- asm
r0 = 1
r0 <<= 65
w1 = 1
w1 <<= 33
r0 |= r1
r2 = 68
r0 <<= r2
exit
-- result
0x20
