# the context is no map
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
call 1
exit
-- maps
map m array 4 8 4
-- ctx xdp
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap BAD_MAP
