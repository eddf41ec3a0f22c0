# probe_read to NULL
-- asm
r1 = 0
r2 = 8
r3 = r10
r3 += -8
call 113
exit
-- trap OUT_OF_BOUNDS
