# adjust_head of something else
-- asm
r1 = r10
r2 = 4
call 44
exit
-- ctx xdp
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap BAD_CONTEXT
