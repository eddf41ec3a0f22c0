# an atomic on a field
-- asm
r2 = 1
lock *(u32 *)(r1 + 12) += r2
exit
-- ctx xdp
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap BAD_CONTEXT
