-- asm
r1 = -256
r1 s>>= 4
w2 = -256
w2 s>>= 4
r2 <<= 32
r0 = r1
r0 ^= r2
exit
-- result
0xffffffff0
