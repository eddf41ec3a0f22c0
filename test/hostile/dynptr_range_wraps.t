# offset and length that wrap at 32 bits are too large
-- asm
r1 = r10
r1 += -8
r2 = 8
r3 = 0
r4 = r10
r4 += -24
call 197
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -24
r4 = -4
r5 = 0
call 201
exit
-- result 0xfffffffffffffff9
