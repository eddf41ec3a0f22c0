# data is not writable here
-- asm
r2 = *(u32 *)(r1 + 32)
*(u8 *)(r2 + 0) = r2
exit
-- ctx demo
-- mem
0102030405060708
-- trap READ_ONLY 1
