A rotate by two shifts between accesses, one of which fails.
-- asm
ldxdw r2, [r1]
mov r3, r2
rsh r3, 56
lsh r2, 8
ldxb r4, [r1+8]
or r2, r3
stxdw [r1], r2
ldxdw r0, [r1]
add r0, r4
exit
-- mem
010203040506070809
-- result
0x706050403020111
-- mem
0102030405060708
-- trap OUT_OF_BOUNDS 4
