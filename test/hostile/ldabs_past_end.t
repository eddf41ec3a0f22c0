# the legacy load past the end ends the program with 0
-- asm
r6 = r1
r0 = 5
r0 = *(u32 *)skb[1000]
r0 = 7
exit
-- ctx socket_filter
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- result 0
