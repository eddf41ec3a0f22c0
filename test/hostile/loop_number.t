# a number is no callback
-- asm
r1 = 4
r2 = 1
r3 = 0
r4 = 0
call 181
exit
-- trap BAD_CALLEE
