# snprintf to no memory at all, and to no memory with a size
-- asm
*(u64 *)(r10 - 8) = 0x6261
r1 = 0
r2 = 0
r3 = r10
r3 += -8
r4 = 0
r5 = 0
call 165
if r0 != 3 goto bad
r1 = 0
r2 = 1
r3 = r10
r3 += -8
r4 = 0
r5 = 0
call 165
bad:
exit
-- trap OUT_OF_BOUNDS
