# there are no sockets: what is handed in as one is none
-- asm
r1 = r10
call 86
exit
-- ctx tc
-- mem
4500001c0000000040110000010203040506070811111111000800000102
-- trap BAD_HANDLE 1
