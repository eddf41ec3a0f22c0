# r1 of a kprobe is its context to helpers
-- asm
r2 = r10
r2 += -64
r3 = 64
r4 = 0
call 67
r0 = 1
exit
-- ctx kprobe
-- mem
01000000000000001501000000000000
-- result 1
