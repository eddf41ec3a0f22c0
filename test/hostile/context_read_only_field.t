# skb->len written
-- asm
r2 = 0
*(u32 *)(r1 + 0) = r2
exit
-- ctx tc
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap BAD_CONTEXT
