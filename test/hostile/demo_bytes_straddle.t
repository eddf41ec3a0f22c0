# bytes of two fields at once
-- asm
r0 = *(u64 *)(r1 + 28)
exit
-- ctx demo
-- mem
0102030405060708
-- trap BAD_CONTEXT 0
