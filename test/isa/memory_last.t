-- asm
r1 += r2
w0 = *(u16 *)(r1 - 2)
exit
-- mem
00 11 22 33 44 55 66 77
-- result
0x7766
