# a map handle made from a number
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = 0x7c02000000000001 ll
call 1
exit
-- maps
map m array 4 8 4
-- trap BAD_MAP
