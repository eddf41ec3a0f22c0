# a run without memory: r1 is NULL
-- asm
r0 = *(u32 *)(r1 + 0)
exit
-- trap OUT_OF_BOUNDS
