# before a socket filter's packet there may be a link header: never is anything before that read
-- asm
r6 = r1
r0 = *(u8 *)skb[-0x200001]
r0 = 1
exit
-- ctx socket_filter
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- result 0
