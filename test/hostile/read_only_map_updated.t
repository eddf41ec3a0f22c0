# an update of a map that programs may only read
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
r3 = r10
r3 += -16
r4 = 0
call 2
exit
-- maps
map m array 4 8 4 80
-- trap READ_ONLY
