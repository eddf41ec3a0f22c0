# an offset that wraps
-- asm
r2 = 0xffffffff ll
r3 = r10
r3 += -8
r4 = 8
call 26
exit
-- ctx tc
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- result 0xfffffffffffffff2
