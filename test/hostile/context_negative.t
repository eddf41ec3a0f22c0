# before the first
-- asm
r0 = *(u32 *)(r1 - 4)
exit
-- ctx xdp
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap OUT_OF_BOUNDS
