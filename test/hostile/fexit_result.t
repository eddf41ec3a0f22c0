# the last word is the result, and no argument
-- asm
r6 = r1
r2 = r10
r2 += -8
call 184
r7 = *(u64 *)(r10 - 8)
r1 = r6
call 185
r0 += r7
exit
-- ctx fexit
-- mem
01000000000000001501000000000000
-- result 0x116
