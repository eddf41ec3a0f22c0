# behind the context
-- asm
r0 = *(u64 *)(r1 + 48)
exit
-- ctx demo
-- mem
0102030405060708
-- trap BAD_CONTEXT 0
