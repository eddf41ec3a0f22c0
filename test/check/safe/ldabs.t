# packet loads of a socket filter
-- asm
r6 = r1
r0 = *(u8 *)skb[9]
r7 = r0
r0 = *(u16 *)skb[r7 + 2]
r0 += r7
exit
-- ctx socket_filter
-- accepted
