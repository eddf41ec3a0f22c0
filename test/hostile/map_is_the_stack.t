# a pointer is no map
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = r10
r1 += -64
call 1
exit
-- maps
map m array 4 8 4
-- trap BAD_MAP
