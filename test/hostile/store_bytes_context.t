# skb_store_bytes from the context
-- asm
r3 = r1
r2 = 0
r4 = 4
r5 = 0
call 9
exit
-- ctx tc
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap BAD_CONTEXT
