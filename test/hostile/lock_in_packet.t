# a lock in the packet
-- asm
r1 = *(u32 *)(r1 + 0)
call 93
exit
-- maps
map m array 4 8 4
-- ctx xdp
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap BAD_ARGUMENT
