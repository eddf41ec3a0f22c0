# a helper of tc in an XDP run
-- asm
r2 = 0
r3 = r10
r3 += -8
r4 = 8
call 26
exit
-- ctx xdp
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap BAD_CONTEXT
