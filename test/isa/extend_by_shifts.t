The low part of a register, extended by two shifts: all widths, signed and not, and pairs that are none.
-- asm
lddw r1, 0x8899aabbccddeeff
mov r2, r1
lsh r2, 56
arsh r2, 56
mov r0, r2
mov r2, r1
lsh r2, 48
rsh r2, 48
add r0, r2
mul r0, 7
mov r2, r1
lsh r2, 32
arsh r2, 32
xor r0, r2
mov r2, r1
lsh r2, 32
rsh r2, 32
mul r0, 7
add r0, r2
mov r2, r1
lsh32 r2, 24
arsh32 r2, 24
mul r0, 7
add r0, r2
mov r2, r1
lsh32 r2, 16
rsh32 r2, 16
mul r0, 7
xor r0, r2
mov r2, r1
lsh32 r2, 24
rsh32 r2, 16
mul r0, 7
xor r0, r2
mov r2, r1
lsh r2, 32
rsh32 r2, 0
add r0, r2
mov r2, r1
lsh r2, 24
arsh r2, 24
xor r0, r2
exit
-- result
0xd81fc9006b
