# ringbuf_output of the context would tell host addresses
-- asm
r2 = r1
r1 = map[0] ll
r3 = 8
r4 = 0
call 130
exit
-- maps
map r ringbuf 0 0 4096
-- ctx xdp
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap BAD_CONTEXT
