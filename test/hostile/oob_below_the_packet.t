What a program compares with data_end may lie below data: sums that wrap or are negative, by the first byte of the packet;
what is added round by round; what another function has cut off.

-- asm
r9 = r1
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r0 = 99
r4 = r2
r4 += 12
if r4 > r3 goto out
r7 = *(u8 *)(r2 + 0)
r5 = *(u8 *)(r2 + 1)
r4 = r2
if r7 == 1 goto negative
if r7 == 2 goto constant
if r7 == 3 goto from_zero
if r7 == 4 goto walk
if r7 == 5 goto cut
r4 += r5
r6 = r4
r6 += 4
if r6 > r3 goto out
r0 = *(u32 *)(r4 + 0)
if r7 == 6 goto out
r0 = *(u8 *)(r4 + 4)
out:
exit
negative:
r5 = -8
r4 += r5
r6 = r4
r6 += 8
if r6 > r3 goto out
r0 = *(u8 *)(r4 + 0)
exit
constant:
r4 += -4
r6 = r4
r6 += 12
if r6 > r3 goto out
r0 = *(u8 *)(r4 + 4)
r0 = *(u8 *)(r4 + 3)
exit
from_zero:
r5 = 0
r5 -= r2
r4 += r5
r6 = r4
r6 += 4
if r6 >= r3 goto out
r0 = *(u8 *)(r4 + 2)
exit
walk:
r0 = 0
r8 = 40
round:
r6 = r4
r6 += 3
if r3 < r6 goto out
r5 = *(u8 *)(r4 + 1)
r0 += r5
r4 += r5
r8 -= 1
if r8 == 0 goto far
goto round
far:
r4 += -14
r6 = r4
r6 += 3
if r6 > r3 goto out
r0 = *(u8 *)(r4 + 2)
exit
cut:
r6 = r2
r4 += 16
if r4 > r3 goto out
r1 = r9
call local shorter
r0 = *(u8 *)(r6 + 13)
r0 = *(u8 *)(r6 + 14)
exit
shorter:
r2 = -4
call 65
r0 = 0
exit
-- ctx xdp
-- mem
010000000000000000000000
-- trap out_of_bounds 28
-- mem
020000000000000000000000
-- trap out_of_bounds 35
-- mem
030000000000000000000000
-- trap out_of_bounds 43
-- mem
040201010101010101010101
-- result 10
-- mem
040000000000000000000000
-- trap out_of_bounds 60
-- mem
0500000000000007000000000000000000ff
-- trap out_of_bounds 68
-- mem
060800000000000001020304
-- result 0x04030201
-- mem
060900000000000001020304
-- result 99
-- mem
070700000000000001020304
-- result 4
-- mem
070800000000000001020304
-- trap out_of_bounds 21
