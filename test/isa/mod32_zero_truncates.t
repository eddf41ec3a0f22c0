# the dividend stays, but 32 bits of it
-- asm
r0 = 0x1100000007 ll
w1 = 0
w0 %= w1
exit
-- result
0x7
