# the pointer cannot be replaced
-- asm
r2 = 8
*(u32 *)(r1 + 32) = r2
exit
-- ctx demo
-- mem
0102030405060708
-- trap BAD_CONTEXT 1
