# memory that the program does not have
-- asm
r1 = 0x123456
r2 = 8
r3 = 0
r4 = r10
r4 += -16
call 197
exit
-- trap OUT_OF_BOUNDS
