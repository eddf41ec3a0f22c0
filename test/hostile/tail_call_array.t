# a tail call into an array
-- asm
r2 = map[0] ll
r3 = 0
call 12
r0 = 3
exit
-- maps
map m array 4 8 4
-- ctx xdp
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap BAD_MAP
