# an index out of range
-- asm
r2 = map[0] ll
r3 = -1
call 12
r0 = 3
exit
-- maps
map p prog_array 4 4 4
-- ctx xdp
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- result 3
