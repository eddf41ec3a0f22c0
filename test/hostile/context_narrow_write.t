# a part of a field written
-- asm
r2 = 0
*(u8 *)(r1 + 8) = r2
exit
-- ctx tc
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap BAD_CONTEXT
