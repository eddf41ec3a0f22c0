# a tunnel is the packet's: the next run has none
-- ctx tc
-- asm
mov r6, r1
mov r2, r10
add r2, -44
mov r3, 44
mov r4, 0
call 20
mov r7, r0
mov r1, r6
mov r2, r10
add r2, -44
mov r3, 44
mov r4, 0
call 21
mov r0, r7
exit
-- mem
00112233445566778899aabbccddeeff
-- result -22
-- mem
00112233445566778899aabbccddeeff
-- result -22
