# a trap gives the lock back
-- asm
r7 = *(u8 *)(r1 + 0)
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r6 = r0
r1 = r6
call 93
if r7 != 0 goto fine
r0 = *(u8 *)(r7 + 0)
fine:
r1 = r6
call 94
r0 = 7
out:
exit
-- maps
map m array 4 8 4
-- mem
00
-- trap OUT_OF_BOUNDS
-- mem
01
-- result 7
