# a syscall program writes its bytes
-- asm
r2 = *(u32 *)(r1 + 4)
r2 += 1
*(u32 *)(r1 + 0) = r2
r0 = 0
exit
-- ctx syscall
-- mem
0000000009000000
-- result 0
-- mem-out
0a000000 09000000
