# a per-CPU lookup in a plain array
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
r3 = 0
call 195
exit
-- maps
map m array 4 8 4
-- trap BAD_MAP
