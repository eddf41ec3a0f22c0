# more headroom than there is
-- asm
r2 = -100000
call 44
exit
-- ctx xdp
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- result 0xffffffffffffffea
