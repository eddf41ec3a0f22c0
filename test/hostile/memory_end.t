# a read past the end
-- asm
r0 = *(u32 *)(r1 + 1)
exit
-- mem
01020304
-- trap OUT_OF_BOUNDS
