-- asm
r1 = 0x80
r2 = (s8)r1
w3 = (s8)w1
r4 = 0x18000
r4 = (s16)r4
r5 = 0x180000000 ll
r5 = (s32)r5
r0 = r2
r0 += r3
r0 ^= r4
r0 ^= r5
exit
-- result
0x80007f00
