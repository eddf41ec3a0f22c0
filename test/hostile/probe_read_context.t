# nor the context
-- asm
r3 = r1
r1 = r10
r1 += -8
r2 = 8
call 113
exit
-- ctx xdp
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- result 0xfffffffffffffff2
