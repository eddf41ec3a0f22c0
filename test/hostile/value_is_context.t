# an update with the context as value
-- asm
r6 = r1
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
r3 = r6
r4 = 0
call 2
exit
-- maps
map m hash 4 8 4
-- ctx xdp
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap BAD_CONTEXT
