# v4: towards zero
-- asm
r0 = -7
r0 s/= 2
r1 = -7
r2 = -2
r1 s/= r2
r0 += r1
exit
-- result
0x0
