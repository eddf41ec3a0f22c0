# a field that is read whole only
-- asm
r0 = *(u8 *)(r1 + 8)
exit
-- ctx demo
-- mem
0102030405060708
-- trap BAD_CONTEXT 0
