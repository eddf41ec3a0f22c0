# what rounds of a loop were looked at for, all at once and in front, says nothing of bytes that come behind it by the same register
-- asm
r3 = *(u32 *)(r1 + 4)
r2 = *(u32 *)(r1 + 0)
r4 = 0
r0 = 0
again:
r5 = *(u8 *)(r2 + 2)
r6 = *(u8 *)(r2 + 3)
r0 += r5
r0 += r6
r4 += 1
if r4 != 4 goto again
r5 = *(u8 *)(r2 + 0)
r5 = *(u8 *)(r2 + 7)
r0 += r5
exit
-- ctx xdp
-- mem
01 02 03 04
-- trap out_of_bounds 11
-- mem
01 02 03 04 05 06 07 08
-- result 0x24
