# v4: a goto of 32 bits
-- asm
r0 = 1
gotol over
r0 = 2
exit
over:
r0 += 0x10
exit
-- result
0x11
