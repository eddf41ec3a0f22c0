# a 32-bit result clears the upper half
-- asm
r0 = -1 ll
w0 += 0
exit
-- result
0xffffffff
