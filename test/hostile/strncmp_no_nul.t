# a string without an end
-- asm
r3 = r1
r1 = r10
r1 += -8
r2 = 4
call 182
exit
-- mem
41424344
-- trap OUT_OF_BOUNDS
