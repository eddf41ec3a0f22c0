# the handle, off by a lot
-- asm
r2 = 0x10000000000 ll
r1 += r2
r0 = *(u32 *)(r1 + 0)
exit
-- ctx demo
-- mem
0102030405060708
-- trap BAD_CONTEXT 3
