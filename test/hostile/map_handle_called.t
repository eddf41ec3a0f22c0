# a map handle is no function
-- asm
r1 = map[0] ll
callx r1
exit
-- maps
map m array 4 8 4
-- trap BAD_CALLEE
