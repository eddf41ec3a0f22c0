# an undeclared place in __sk_buff
-- asm
r0 = *(u64 *)(r1 + 144)
exit
-- ctx tc
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap BAD_CONTEXT
