# push into a hash
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r2 += -4
r1 = map[0] ll
r3 = 0
call 87
exit
-- maps
map m hash 4 8 4
-- trap BAD_MAP
