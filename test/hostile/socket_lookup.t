# a look-up finds nothing; its tuple is checked like any memory
-- asm
r6 = r1
r3 = 0
*(u64 *)(r10 - 16) = r3
*(u64 *)(r10 - 8) = r3
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call 84
r7 = r0
r1 = r6
r2 = r10
r2 += -8
r3 = 12
r4 = -1
r5 = 0
call 85
r0 |= r7
exit
-- ctx tc
-- mem
4500001c0000000040110000010203040506070811111111000800000102
-- trap OUT_OF_BOUNDS 17
