# metadata of 3 bytes
-- asm
r2 = -3
call 54
exit
-- ctx xdp
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- result 0xfffffffffffffff3
