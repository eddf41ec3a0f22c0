# the host allows 0 .. 1000
-- asm
r0 = 1001
exit
-- ctx demo
-- mem
0102030405060708
-- trap BAD_RESULT
