# stacks go into maps of stacks
-- asm
r2 = map[0] ll
r3 = 0
call 27
exit
-- maps
map m array 4 8 1
-- trap BAD_MAP
