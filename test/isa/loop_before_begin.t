# a loop that goes down may be one byte in front of memory in its last round
-- asm
r3 = *(u8 *)(r1 + 6)
r4 = 4
r2 = r1
r2 += r3
r0 = 0
down:
r6 = *(u16 *)(r2 + 2)
*(u16 *)(r2 + 2) = r4
r0 += r6
r2 += -2
r4 += -1
if r4 s>= 1 goto down
exit
-- mem
01 00 02 00 03 00 04 00
-- result 0xa
-- insns 30
-- mem-out
01 00 02 00 03 00 04 00
-- mem
01 00 02 00 03 00 03 00
-- trap OUT_OF_BOUNDS 5
-- mem-out
01 02 00 03 00 04 00 00
-- mem
01 00 02 00 03 00 02 00
-- trap OUT_OF_BOUNDS 5
