a key of 8 bytes that a step looks up by itself: in the frame, in a map's value, half outside of either
-- asm
r6 = r1
r7 = 5
*(u64 *)(r10 - 8) = r7
r2 = r10
r2 += -8
r1 = 0x7c02000000000000 ll
call 1
if r0 == 0 goto bad
r8 = *(u64 *)(r0 + 0)
r2 = r0
r1 = 0x7c02000000000000 ll
call 1
if r0 == 0 goto bad
r0 = *(u64 *)(r0 + 0)
r0 -= r8
r2 = r10
r2 += -4
r6 = *(u8 *)(r6 + 0)
if r6 == 0 goto out
r1 = 0x7c02000000000000 ll
call 1
out: exit
bad: r0 = 99
exit
-- maps
map m hash 8 8 16
m 0500000000000000 0700000000000000
m 0700000000000000 0900000000000000
-- ctx raw
-- mem
00
-- result
2
-- mem
01
-- trap OUT_OF_BOUNDS 23
