# arguments by number: what is not there is EINVAL
-- asm
r6 = r1
r2 = 1
r3 = r10
r3 += -8
call 183
r0 = *(u64 *)(r10 - 8)
r7 = r0
r1 = r6
r2 = 2
r3 = r10
r3 += -8
call 183
r0 += r7
r1 = r6
r7 = r0
call 185
r0 += r7
exit
-- ctx fentry
-- mem
01000000000000001501000000000000
-- result 0x101
