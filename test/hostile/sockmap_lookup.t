# a sockmap gives a program no pointer, and takes no value from it; it may delete
-- asm
r6 = 3
*(u32 *)(r10 - 4) = r6
r7 = 5
*(u64 *)(r10 - 16) = r7
r2 = r10
r2 += -4
r1 = 0x7c02000000000000 ll
call 1
r8 = r0
r2 = r10
r2 += -4
r3 = r10
r3 += -16
r4 = 0
r1 = 0x7c02000000000000 ll
call 2
r0 += 95
r8 |= r0
r2 = r10
r2 += -4
r1 = 0x7c02000000000000 ll
call 3
r0 |= r8
exit
-- maps
map s sockmap 4 8 4
s 03000000 4d00000000000000
-- result 0
-- maps-out
s 03000000 none
