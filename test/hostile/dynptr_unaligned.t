# a dynptr stands on 8 bytes
-- asm
r1 = r10
r1 += -8
r2 = 8
r3 = 0
r4 = r10
r4 += -28
call 197
exit
-- trap BAD_ARGUMENT
