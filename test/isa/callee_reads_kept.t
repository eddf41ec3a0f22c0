A subprogram that reads r6 to r9 and writes none of them finds 0 there, and its caller what it had.
-- asm
r6 = *(u8 *)(r1 + 0)
r7 = *(u8 *)(r1 + 1)
r8 = *(u8 *)(r1 + 2)
r9 = *(u8 *)(r1 + 3)
call local f
r0 += r6
r0 += r7
r0 += r8
r0 += r9
exit
f:
r0 = r7
r0 += r6
r0 += r8
r0 += r9
exit
-- mem
01 02 04 08
-- result 15
