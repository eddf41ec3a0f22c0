# a tail call with another context
-- asm
r1 += 4
r2 = 0
r3 = 0
call 12
exit
-- ctx demo
-- mem
0102030405060708
-- trap BAD_MAP 3
