# the last round of a loop may be one byte behind memory: what was stored before stays
-- asm
r3 = *(u8 *)(r1 + 0)
r4 = 0
r0 = 0
up:
r5 = r1
r5 += r4
r6 = *(u8 *)(r5 + 1)
*(u8 *)(r5 + 1) = r4
r0 += r6
r4 += 1
if r4 != r3 goto up
exit
-- mem
05 03 02 03 04 05
-- result 0x11
-- insns 39
-- mem-out
05 00 01 02 03 04
-- mem
06 03 02 03 04 05
-- trap OUT_OF_BOUNDS 5
-- mem-out
06 00 01 02 03 04
-- mem
01 07
-- result 7
-- insns 11
-- mem-out
01 00
