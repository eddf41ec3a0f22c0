# adjust_head in a run that has no packet
-- asm
r2 = 4
call 44
exit
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap BAD_CONTEXT
