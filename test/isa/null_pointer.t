-- asm
r1 = 0
r0 = *(u32 *)(r1 + 0)
exit
-- trap OUT_OF_BOUNDS
