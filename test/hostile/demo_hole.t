# a place that no field covers
-- asm
r0 = *(u32 *)(r1 + 40)
exit
-- ctx demo
-- mem
0102030405060708
-- trap BAD_CONTEXT 0
