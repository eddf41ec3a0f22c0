# a tuple of any length is looked at, and no socket is found; one that is not readable is a trap
-- ctx xdp
-- asm
mov r6, r1
mov r2, r10
add r2, -16
mov r3, 12
mov r4, -1
mov r5, 0
call 84
jne r0, 0, bad
mov r1, r6
mov r2, r10
mov r3, 12
call 85
bad:
mov r0, 7
exit
-- mem
00112233445566778899aabbccddeeff
-- trap OUT_OF_BOUNDS 11
