-- asm
r0 = 5
r0 = -r0
w1 = 5
w1 = -w1
r1 <<= 32
r0 ^= r1
exit
-- result
0x4fffffffb
