Words put together from bytes, as compilers do it: little and big endian, loads and stores, at the end of the memory too,
where the byte that fails says so.
-- asm
ldxb r0, [r1+1]
lsh32 r0, 8
ldxb r3, [r1]
or32 r0, r3
ldxb r3, [r1+2]
lsh32 r3, 16
or32 r0, r3
ldxb r3, [r1+3]
lsh32 r3, 24
or32 r0, r3
ldxb r4, [r1+4]
lsh32 r4, 8
ldxb r3, [r1+5]
or32 r4, r3
lsh r4, 32
or r0, r4
exit
-- mem
0102030405060708
-- result
0x050604030201
-- mem
01020304050607
-- result
0x050604030201
-- mem
010203040506
-- result
0x050604030201
-- mem
0102030405
-- trap OUT_OF_BOUNDS 12
-- mem
010203
-- trap OUT_OF_BOUNDS 7
-- mem
01
-- trap OUT_OF_BOUNDS 0
