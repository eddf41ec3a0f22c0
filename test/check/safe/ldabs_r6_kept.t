# r6 to r9 live through it
-- asm
r6 = r1
r7 = 5
r0 = *(u32 *)skb[0]
r0 = *(u32 *)(r6 + 0)
r0 += r7
exit
-- ctx socket_filter
-- accepted
