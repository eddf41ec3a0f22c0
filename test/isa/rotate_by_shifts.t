Rotates as compilers write them, by two shifts: of 64 and of 32 bits, in place and not, one behind the other; the value or one
shift read later too.
-- asm
mov r1, r1
lddw r2, 0x0123456789abcdef
mov r3, r2
rsh r3, 51
lsh r2, 13
or r2, r3
mov r3, r2
rsh r3, 32
mov r4, r2
lsh r4, 32
xor r3, r4
mov r0, r2
xor r0, r3
mov32 r5, r3
rsh32 r5, 25
lsh32 r3, 7
add32 r5, r3
add r0, r5
mov32 r6, r5
mov r7, r6
lsh r7, 9
rsh r6, 23
or32 r6, r7
add r0, r6
xor r0, r7
exit
-- result
0x111111bea98a7c71
