# the handle of a map is not a number to count with
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
r1 += 1
call 1
exit
-- maps
map m array 4 8 4
-- trap BAD_MAP
