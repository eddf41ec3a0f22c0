# one past the end
-- asm
r2 = *(u32 *)(r1 + 36)
r0 = *(u8 *)(r2 + 0)
exit
-- ctx demo
-- mem
0102030405060708
-- trap OUT_OF_BOUNDS 1
