# no round, one round, rounds that pass by their bound
-- asm
r3 = *(u8 *)(r1 + 0)
r2 = *(u8 *)(r1 + 1)
r0 = 0
r4 = 0
head:
if r4 >= r3 goto past
r5 = r1
r5 += r4
r6 = *(u8 *)(r5 + 2)
r0 += r6
r4 += r2
r4 += 0
goto head
past:
r4 = r3
three:
r5 = r1
r5 += r4
r6 = *(u8 *)(r5 + 2)
r0 += r6
r4 += 3
if r4 != 6 goto three
exit
-- mem
00 01 01 02 03 04 05 06
-- result 5
-- insns 19
-- mem
03 01 01 02 03 04 05 06
-- result 0xa
-- mem
03 02 01 02 03 04 05 06
-- result 8
-- mem
02 01 01 02 03 04 05 06
-- trap OUT_OF_BOUNDS 15
-- mem
09 01 01 02 03 04 05 06
-- trap OUT_OF_BOUNDS 7
