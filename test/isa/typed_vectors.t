Vectors: constants, lanes, arithmetic, memory.
-- svm
.export func add "add"
.export func shuffle "shuffle"
.export func lanes "lanes"
.export func memory "memory"
.export func select "select"
.export func pairs "pairs"
.mem 1
.func add (i32) -> (i64)
.const 000102030405060708090a0b0c0d0e0f
.reg v128 r1-r4
.reg any r5
v1 = i8x16_splat(w0)
v3 = vconst(pool[0])
v1 = i8x16_add_sat_u(v1, v3)
r5 = i64x2_extract_lane(v1, 1)
ret r5, 1
.func shuffle (i64 i64) -> (i64)
.const 001f020d04050607000102030405061f
.reg v128 r2-r5
v2 = i64x2_splat(r0)
v4 = i64x2_splat(r1)
v2 = shuffle(v2, v4, pool[0])
r0 = i64x2_extract_lane(v2, 0)
ret r0, 1
.func lanes (i32) -> (i32)
.reg v128 r1-r2
v1 = i16x8_replace_lane(v1, w0, 5)
w0 = i16x8_bitmask(v1)
ret r0, 1
.func memory (i32 i64) -> (i64)
.reg v128 r2-r3
.reg any r4
*(u64 *)mem0[w0 + 0x8] = r1
v128_load64_splat v2, mem0[w0 + 0x8]
v128_store v2, mem0[w0 + 0x10]
v128_load8_lane v2, 1, mem0[w0 + 0x17]
v128_store16_lane v2, 0, mem0[w0 + 0x0]
r4 = *(u64 *)mem0[w0 + 0x0]
ret r4, 1
.func select (i32) -> (i32)
.reg v128 r1-r6
.reg any r7
w7 = 9
v1 = i32x4_splat(w7)
v1 = w0 ? v1 : v3
w7 = i32x4_extract_lane(v1, 3)
ret r7, 1
.func pairs (i64) -> (i64)
.reg any r1-r4
v1 = i64x2_splat(r0)
r4 = r1 + r2
ret r4, 1
-- call add 0xf5
-- result 0xfffffffffffffefd
-- call shuffle 0x1716151413121110 0x2726252423222120
-- result 0x1716151415122710
-- call lanes 0x8000
-- result 0x20
-- call memory 0x100 0x1122334455667788
-- result 0x1188
-- call memory 0xffe0 1
-- result 1
-- call memory 0xffe8 1
-- trap OUT_OF_BOUNDS 4
-- call select 1
-- result 9
-- call select 0
-- result 0
-- call pairs 5
-- result 10
