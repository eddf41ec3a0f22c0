-- asm
r0 = *(u64 *)(r1 + 1)
exit
-- mem
00 11 22 33 44 55 66 77
-- trap OUT_OF_BOUNDS 0
