-- asm
r0 = -6
w0 /= 3
exit
-- result
0x55555553
