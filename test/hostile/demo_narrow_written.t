# parts are never written
-- asm
r2 = 1
*(u8 *)(r1 + 4) = r2
exit
-- ctx demo
-- mem
0102030405060708
-- trap BAD_CONTEXT 1
