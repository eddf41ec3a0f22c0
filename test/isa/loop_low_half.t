# a loop ends by the low half of its counter, whatever the high half holds; it points with the low half as well
-- asm
r2 = *(u64 *)(r1 + 0)
r0 = 0
again:
r2 += -1
r3 = r2
r3 <<= 32
r3 >>= 32
r4 = r1
r4 += r3
r5 = *(u8 *)(r4 + 8)
r0 += r5
if w2 != 0 goto again
r2 >>= 24
r0 += r2
exit
-- mem
03 00 00 00 00 00 00 00 01 02 04 08
-- result 0x7
-- mem
03 00 00 00 01 00 00 00 01 02 04 08
-- result 0x107
-- mem
04 00 00 00 80 00 00 00 01 02 04 08
-- result 0x800f
-- mem
05 00 00 00 00 00 00 00 01 02 04 08
-- trap OUT_OF_BOUNDS 8
-- mem
00 00 00 00 00 00 00 00 01 02 04 08
-- trap OUT_OF_BOUNDS 8
-- mem
00 00 00 00 01 00 00 00 01 02 04 08
-- trap OUT_OF_BOUNDS 8
