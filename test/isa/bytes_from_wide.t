A word stored byte by byte, big endian; what fits is stored before the byte that does not traps.
-- asm
mov r0, r2
lddw r3, 0x1122334455667788
stxb [r1+3], r3
mov r4, r3
rsh r4, 8
stxb [r1+2], r4
mov r4, r3
rsh r4, 16
stxb [r1+1], r4
mov r4, r3
rsh r4, 24
stxb [r1], r4
exit
-- mem
0000000000
-- result 5
-- mem-out
5566778800
-- mem
00000000
-- result 4
-- mem-out
55667788
-- mem
000000
-- trap OUT_OF_BOUNDS 3
-- mem-out
000000
