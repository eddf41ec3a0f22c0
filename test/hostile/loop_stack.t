# a pointer is no callback
-- asm
r1 = 4
r2 = r10
r3 = 0
r4 = 0
call 181
exit
-- trap BAD_CALLEE
