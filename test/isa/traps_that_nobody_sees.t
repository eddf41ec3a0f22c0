Accesses of host memory that trap though nothing depends on what they read or leave: a load that is dropped, a store that
another one covers, loads of a loop that are added up for nobody. What stands in front of the trap is done, also the store that a
trap alone lets anybody see; what stands behind it is not.
-- asm
ldxb r3, [r1]
jeq r3, 1, covered
jeq r3, 2, looped
jeq r3, 3, seen
mov r3, 0x55
stxb [r1+1], r3
ldxdw r4, [r1+1]
mov r4, 0
stxb [r1+2], r3
mov r0, 7
exit
covered:
mov r4, r1
add r4, r2
stb [r1+1], 0x11
stb [r4-1], 1
stb [r4], 1
stb [r4], 2
stb [r1+1], 0x22
mov r0, 7
exit
looped:
mov r4, 0
mov r5, r1
again:
ldxb r3, [r5]
add r4, r3
stxb [r1+1], r4
add r5, 1
jne r4, 0x100, again
mov r0, 7
exit
seen:
stb [r1+1], 0x33
ldxb r4, [r1+0x100]
stb [r1+1], 0x44
mov r0, 7
exit
-- mem
00 00 00 00
-- trap OUT_OF_BOUNDS 6
-- mem-out
00 55 00 00
-- mem
00 00 00 00 00 00 00 00 00
-- result 7
-- mem-out
00 55 55 00 00 00 00 00 00
-- mem
01 00 00 00
-- trap OUT_OF_BOUNDS 15
-- mem-out
01 11 00 01
-- mem
02 07 01 01
-- trap OUT_OF_BOUNDS 22
-- mem-out
02 06 01 01
-- mem
03 00 00 00
-- trap OUT_OF_BOUNDS 30
-- mem-out
03 33 00 00
