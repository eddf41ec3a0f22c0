# a write before data
-- asm
r6 = r1
r7 = *(u32 *)(r6 + 0)
*(u8 *)(r7 - 1) = 1
exit
-- ctx xdp
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap OUT_OF_BOUNDS
