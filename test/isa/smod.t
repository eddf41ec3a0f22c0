# the sign of the dividend
-- asm
r0 = -7
r0 s%= 4
w1 = 7
w1 s%= -4
r0 += r1
exit
-- result
0x0
