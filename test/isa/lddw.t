-- asm
r0 = 0x123456789abcdef0 ll
exit
-- result
0x123456789abcdef0
