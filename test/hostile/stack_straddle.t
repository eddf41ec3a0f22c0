# a read that begins in the frame and ends above it
-- asm
r0 = *(u64 *)(r10 - 4)
exit
-- trap OUT_OF_BOUNDS
