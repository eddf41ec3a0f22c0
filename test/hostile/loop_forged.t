# a function handle made from a number
-- asm
r1 = 4
r2 = 0x7c03000000000063 ll
r3 = 0
r4 = 0
call 181
exit
-- trap BAD_CALLEE
