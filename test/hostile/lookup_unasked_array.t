The same of an array. What a lookup gives is a value or 0: before a program has asked which, after it has, of one copy for another, in parts that
come together again, and behind the value's end.

-- asm
*(u64 *)(r10 - 8) = 0
r6 = *(u64 *)(r1 + 0)
*(u64 *)(r10 - 16) = r6
r7 = *(u64 *)(r1 + 8)
r1 = map[0] ll
r2 = r10
r2 += -16
call 1
r8 = r0
r9 = r0
r9 += 4
if r7 == 1 goto unasked
if r7 == 2 goto other
if r8 == 0 goto none
r0 = *(u32 *)(r9 + 0)
if r7 == 3 goto behind
if r7 == 4 goto store
exit
none:
if r7 == 3 goto behind
r0 = 0x99
exit
unasked:
r0 = *(u64 *)(r8 + 0)
exit
other:
if r9 == 0 goto none
r0 = *(u32 *)(r9 - 4)
exit
behind:
r0 = *(u64 *)(r9 + 0)
exit
store:
*(u64 *)(r8 + 0) = r7
r0 = *(u64 *)(r9 - 4)
exit
-- maps
map h array 4 8 2
h 01000000 1122334455667788
-- ctx raw
-- mem
01000000000000000000000000000000
-- result 0x88776655
-- mem
02000000000000000000000000000000
-- result 0x99
-- mem
01000000000000000100000000000000
-- result 0x8877665544332211
-- mem
02000000000000000100000000000000
-- trap out_of_bounds 22
-- mem
01000000000000000200000000000000
-- result 0x44332211
-- mem
02000000000000000200000000000000
-- trap out_of_bounds 25
-- mem
02000000000000000300000000000000
-- trap out_of_bounds 27
-- mem
01000000000000000400000000000000
-- result 4
