# a key that ends beyond the stack
-- ctx tc
-- asm
mov r2, r10
add r2, -40
mov r3, 44
mov r4, 0
call 21
mov r0, 0
exit
-- mem
00112233445566778899aabbccddeeff
-- trap OUT_OF_BOUNDS 4
