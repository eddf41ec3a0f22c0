-- asm
r0 = 7
r1 = 0
r0 %= r1
exit
-- result
0x7
