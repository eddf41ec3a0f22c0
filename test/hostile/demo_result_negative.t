# and nothing below
-- asm
r0 = -1
exit
-- ctx demo
-- mem
0102030405060708
-- trap BAD_RESULT
