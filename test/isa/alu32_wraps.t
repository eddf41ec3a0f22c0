-- asm
w0 = 0x7fffffff
w0 += 1
w0 += w0
w0 -= 1
exit
-- result
0xffffffff
