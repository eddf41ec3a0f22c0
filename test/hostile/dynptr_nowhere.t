# a dynptr has to stand somewhere
-- asm
r1 = r10
r1 += -8
r2 = 8
r3 = 0
r4 = 0
call 197
exit
-- trap OUT_OF_BOUNDS
