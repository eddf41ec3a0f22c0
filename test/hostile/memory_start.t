# a read before the start
-- asm
r0 = *(u8 *)(r1 - 1)
exit
-- mem
01020304
-- trap OUT_OF_BOUNDS
