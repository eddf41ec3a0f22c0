-- asm
r0 = *(u8 *)(r10 + 0)
exit
-- trap OUT_OF_BOUNDS
