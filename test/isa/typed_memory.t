Linear memories of a typed function: two of them, bulk operations, 64-bit addresses.
-- svm
.export func store "store"
.export func load "load"
.export func fill "fill"
.export func copy "copy"
.export func init "init"
.export func wide "wide"
.mem 1 2
.mem i64 1
.data 0102030405060708
.func store (i32 i64) -> (i64)
*(u64 *)mem0[w0 + 0x8] = r1
ret r1, 1
.func load (i32) -> (i64)
.reg any r1
r1 = *(u64 *)mem0[w0 + 0x8]
ret r1, 1
.func fill (i32 i32 i32) -> (i32)
mfill r0, w1, w2, mem[0]
ret r0, 1
.func copy (i64 i32 i32) -> (i64)
.reg any r3
mcopy r0, w1, w2, mem[1], mem[0]
r3 = *(u64 *)mem1[w0 + 0x0]
ret r3, 1
.func init (i32 i32 i32) -> (i32)
minit r0, w1, w2, data[0], mem[0]
mdrop data[0]
ret r0, 1
.func wide (i64) -> (i32)
.reg any r1
w1 = *(u8 *)mem1[w0 + 0xffff]
ret r1, 1
-- call store 0 0x1122334455667788
-- result 0x1122334455667788
-- call load 0
-- result 0x1122334455667788
-- call load 0xfff0
-- result 0
-- call load 0xfff1
-- trap OUT_OF_BOUNDS 0
-- call fill 8 0x1ab 2
-- result 8
-- call load 0
-- result 0x112233445566abab
-- call fill 0xffff 0 2
-- trap OUT_OF_BOUNDS 0
-- call copy 16 8 8
-- result 0x112233445566abab
-- call copy 0xfffffffffffffff0 8 32
-- trap OUT_OF_BOUNDS 0
-- call init 8 4 4
-- result 8
-- call load 0
-- result 0x1122334408070605
-- call init 8 0 1
-- trap OUT_OF_BOUNDS 0
-- call wide 0
-- result 0
-- call wide 1
-- trap OUT_OF_BOUNDS 0
-- call wide 0xffffffffffffffff
-- trap OUT_OF_BOUNDS 0
