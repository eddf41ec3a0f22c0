# only map values hold objects
-- asm
r1 = r10
r1 += -8
r2 = 0
call 194
exit
-- trap BAD_ARGUMENT
