# and nothing else is
-- asm
r1 = r10
r2 = r10
r2 += -64
r3 = 64
r4 = 0
call 67
exit
-- ctx kprobe
-- mem
01000000000000001501000000000000
-- trap BAD_CONTEXT 5
