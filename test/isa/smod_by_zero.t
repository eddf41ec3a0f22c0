-- asm
r0 = -7
r1 = 0
r0 s%= r1
exit
-- result
0xfffffffffffffff9
