# nothing ever gives a socket, so what is released was made up
-- ctx tc
-- asm
mov r6, r1
mov r1, r10
call 86
mov r0, 0
exit
-- mem
00112233445566778899aabbccddeeff
-- trap BAD_HANDLE 2
