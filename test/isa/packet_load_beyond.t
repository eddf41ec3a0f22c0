-- asm
r6 = r1
r0 = *(u32 *)skb[14]
r0 = 5
exit
-- ctx socket_filter
-- mem
00 01 02 03 04 05 06 07 08 09 0a 0b 08 00 45 00
-- result
0x0
