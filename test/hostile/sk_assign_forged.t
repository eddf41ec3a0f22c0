# the packet's own context is no socket
-- ctx tc
-- asm
mov r2, r1
mov r3, 0
call 124
exit
-- mem
00112233445566778899aabbccddeeff
-- trap BAD_HANDLE 2
