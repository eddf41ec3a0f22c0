# big endian, from the packet; beyond it the program ends with 0
-- asm
r6 = r1
r0 = *(u16 *)skb[12]
r7 = r0
r1 = 2
r0 = *(u8 *)skb[r1 + 1]
r7 <<= 8
r7 |= r0
r0 = r7
exit
-- ctx socket_filter
-- mem
00 01 02 03 04 05 06 07 08 09 0a 0b 08 00 45 00
-- result
0x80003
