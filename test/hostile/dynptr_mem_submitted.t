# a dynptr over memory is no record
-- asm
r1 = r10
r1 += -8
r2 = 8
r3 = 0
r4 = r10
r4 += -24
call 197
r1 = r10
r1 += -24
r2 = 0
call 199
exit
-- trap BAD_HANDLE
