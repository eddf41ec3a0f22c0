An i32 that is read from an i64 by way of an f32 is its low half, also as an index of memory.
-- svm
.export func f "f"
.mem 1 2
.func f (i64) -> (i64)
.reg f32 r1
.reg i32 r2
.reg i64 r3
f1 = f32_bits(w0)
w2 = bits_f32(f1)
r3 = *(u64 *)mem0[w2 + 0x0]
ret r3, 1
-- call f 0x5000000000000
-- result 0
-- call f 0x7fff00000000
-- result 0
