# more tailroom than there is
-- asm
r2 = 2147483647
call 65
exit
-- ctx xdp
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- result 0xffffffffffffffea
