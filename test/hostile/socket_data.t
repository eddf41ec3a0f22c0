# a socket filter has no data pointer
-- asm
r0 = *(u32 *)(r1 + 76)
exit
-- ctx socket_filter
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap BAD_CONTEXT
