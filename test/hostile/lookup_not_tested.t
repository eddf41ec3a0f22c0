# the missing value is not tested for NULL
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
r0 = *(u64 *)(r0 + 0)
exit
-- maps
map m hash 4 8 4
-- trap OUT_OF_BOUNDS
