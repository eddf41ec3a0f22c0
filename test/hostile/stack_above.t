# a read above the frame
-- asm
r0 = *(u64 *)(r10 + 0)
exit
-- trap OUT_OF_BOUNDS
