# r6 to r9 are kept, each frame has its own stack
-- asm
r6 = 1
r7 = 2
r8 = 3
r9 = 4
*(u64 *)(r10 - 8) = 5
r1 = 10
r2 = 20
call local add
r0 += r6
r0 += r7
r0 += r8
r0 += r9
r1 = *(u64 *)(r10 - 8)
r0 += r1
exit
add:
r6 = 100
r7 = 100
r8 = 100
r9 = 100
*(u64 *)(r10 - 8) = 100
r0 = r1
r0 += r2
exit
-- result
0x2d
