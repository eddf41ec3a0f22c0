# a helper for packets, without one
-- asm
r2 = 0
r3 = r10
r3 += -8
r4 = 8
call 26
exit
-- ctx syscall
-- mem
01000000000000001501000000000000
-- trap BAD_CONTEXT 4
