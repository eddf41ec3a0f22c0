# a map is no callback
-- asm
r1 = 4
r2 = map[0] ll
r3 = 0
r4 = 0
call 181
exit
-- maps
map m array 4 8 4
-- trap BAD_CALLEE
