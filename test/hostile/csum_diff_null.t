# csum_diff of 4 bytes at NULL
-- asm
r1 = 0
r2 = 4
r3 = 0
r4 = 0
r5 = 0
call 28
exit
-- trap OUT_OF_BOUNDS
