# a counter of 32 bits wraps in the middle of a loop; one of 64 bits goes through 0; what they point at does not
-- asm
w4 = *(u32 *)(r1 + 0)
r2 = *(u32 *)(r1 + 4)
r0 = 0
narrow:
w5 = w4
w5 += 2
r5 += r1
r6 = *(u8 *)(r5 + 8)
r0 += r6
w4 += 1
if w4 != w2 goto narrow
r4 = -3
wide:
r5 = r1
r5 += r4
r6 = *(u8 *)(r5 + 11)
r0 += r6
r4 += 1
if r4 s< 2 goto wide
exit
-- mem
fe ff ff ff 02 00 00 00 01 02 04 08 10
-- result 0x2e
-- mem
fe ff ff ff 03 00 00 00 01 02 04 08 10
-- result 0x3e
-- mem
fe ff ff ff 04 00 00 00 01 02 04 08 10
-- trap OUT_OF_BOUNDS 6
-- mem
fd ff ff ff 04 00 00 00 01 02 04 08 10
-- trap OUT_OF_BOUNDS 6
-- mem
00 00 00 00 01 00 00 00 01 02 04 08 10
-- result 0x23
