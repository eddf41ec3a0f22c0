Accesses by one register, some of them good: the first that is not is the one that traps, and what was stored before it
is there. r9 counts rounds, so that there is a loop as well.

-- asm
r2 = *(u32 *)(r1 + 4)
r3 = *(u32 *)(r1 + 0)
r9 = 0
again:
r4 = r3
r4 += r9
r0 = *(u8 *)(r4 + 3)
*(u8 *)(r4 + 0) = r9
r5 = *(u8 *)(r4 + 1)
if r5 == 0x55 goto wide
r0 = *(u8 *)(r4 + 2)
r9 += 1
goto again
wide:
r0 = *(u8 *)(r4 + 2)
r0 = *(u16 *)(r4 + 4)
exit
-- options
budget 1000
-- ctx xdp
-- mem
0102030405060708
-- trap out_of_bounds 5
-- mem-out
0001020304060708
-- mem
0102030405065508
-- trap out_of_bounds 5
-- mem
0102030405060755
-- trap out_of_bounds 5
-- mem
0102030455060708
-- trap out_of_bounds 13
-- mem-out
0001020355060708
-- mem
0102035505060708
-- result 0x807
-- mem-out
0001025505060708
