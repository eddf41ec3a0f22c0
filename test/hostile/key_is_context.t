# a key out of the context would tell host addresses
-- asm
r2 = r1
r1 = map[0] ll
call 1
exit
-- maps
map m array 4 8 4
-- ctx xdp
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap BAD_CONTEXT
