# a field that is read-only
-- asm
*(u32 *)(r1 + 0) = r1
exit
-- ctx demo
-- mem
0102030405060708
-- trap BAD_CONTEXT 0
