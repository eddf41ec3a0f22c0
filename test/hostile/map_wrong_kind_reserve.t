# reserve from an array
-- asm
r1 = map[0] ll
r2 = 8
r3 = 0
call 131
exit
-- maps
map m array 4 8 4
-- trap BAD_MAP
