lookups whose map and key are certain: the key is in a register still, or no longer, or was stored as a constant; no value; values
read through a copy behind another call, and outside of one
-- asm
r9 = *(u8 *)(r1 + 0)
r7 = 2
*(u32 *)(r10 - 4) = r7
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto bad
r6 = r0
r1 = 3
*(u32 *)(r10 - 8) = r1
r1 = 1
r2 = r10
r2 += -8
r1 = map[0] ll
call 1
if r0 == 0 goto bad
r8 = *(u64 *)(r0 + 0)
r7 = 1
*(u32 *)(r10 - 4) = r7
r7 = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto bad
r3 = *(u64 *)(r0 + 0)
r3 <<= 8
r8 += r3
r7 = 0x100000001 ll
*(u32 *)(r10 - 4) = r7
*(u16 *)(r10 - 2) = 0
*(u8 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto bad
r3 = *(u64 *)(r0 + 0)
r3 <<= 16
r8 += r3
r3 = *(u64 *)(r6 + 0)
r3 <<= 24
r8 += r3
r7 = 4
*(u32 *)(r10 - 4) = r7
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto none
bad: r0 = 99
exit
none: r8 += r0
*(u64 *)(r10 - 16) = 5
r2 = r10
r2 += -16
r1 = map[1] ll
call 1
if r0 == 0 goto bad
r3 = *(u32 *)(r0 + 4)
r3 <<= 32
r8 += r3
r6 += r9
r6 += -16
r0 = *(u64 *)(r6 + 8)
*(u64 *)(r6 + 0) = r0
r0 = r8
exit
-- maps
map m array 4 8 4
m 00000000 0100000000000000
m 01000000 0200000000000000
m 02000000 0300000000000000
m 03000000 0400000000000000
map h hash 8 8 16
h 0500000000000000 0000000006000000
-- ctx raw
-- mem
10
-- result
0x603010204
-- mem
08
-- result
0x604010204
-- mem
00
-- result
0x604010404
-- mem
19
-- trap OUT_OF_BOUNDS 72
