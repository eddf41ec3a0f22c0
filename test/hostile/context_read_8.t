# two fields at once
-- asm
r0 = *(u64 *)(r1 + 0)
exit
-- ctx xdp
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap BAD_CONTEXT
