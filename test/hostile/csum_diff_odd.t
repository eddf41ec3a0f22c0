# csum_diff of the last 3 bytes of the stack: no fourth is read
-- asm
*(u32 *)(r10 - 4) = 0x02000100
r1 = r10
r1 += -3
r2 = 3
r3 = 0
r4 = 0
r5 = 4
call 28
exit
-- result 1
