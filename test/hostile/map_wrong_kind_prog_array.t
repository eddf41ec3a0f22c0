# lookup in a prog array
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
exit
-- maps
map p prog_array 4 4 4
-- trap BAD_MAP
