# an access whose end wraps
-- asm
r1 = -4
r0 = *(u64 *)(r1 + 0)
exit
-- trap OUT_OF_BOUNDS
