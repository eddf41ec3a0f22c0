# a key at a map handle
-- asm
r2 = map[0] ll
r1 = r2
call 1
exit
-- maps
map m array 4 8 4
-- trap OUT_OF_BOUNDS
