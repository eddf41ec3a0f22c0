# csum_diff of 5 bytes, of which the stack has 3
-- asm
r1 = r10
r1 += -3
r2 = 5
r3 = 0
r4 = 0
r5 = 0
call 28
exit
-- trap OUT_OF_BOUNDS
