# a kprobe has registers, not arguments
-- asm
r2 = 0
r3 = r10
r3 += -8
call 183
exit
-- ctx kprobe
-- mem
01000000000000001501000000000000
-- trap BAD_CONTEXT 3
