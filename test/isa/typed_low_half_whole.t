An i32 that came from an i64 by way of an f32 has no upper half where it is extended, behind a branch as well.
-- svm
.export func f "f"
.export func wrap "wrap"
.export func known "known"
.func f (i64) -> (i64)
.reg f32 r1
.reg i32 r2
.reg i64 r3
f1 = f32_bits(w0)
w2 = bits_f32(f1)
if r0 == 0 goto extend
r0 = 1
extend:
w3 = w2
ret r3, 1
.func wrap (i64) -> (i64)
.reg f32 r1-r2
.reg i32 r3-r4
.reg i64 r5
w3 = w0
f1 = f32_bits(w3)
f2 = fmov32(f1)
if r0 == 0 goto back
r0 = 1
back:
w4 = bits_f32(f2)
if r0 == 1 goto extend2
r0 = 2
extend2:
w5 = w4
ret r5, 1
.func known (i64) -> (i64)
.reg f32 r1
.reg i32 r2
.reg i64 r3
r3 = 0x500000007 ll
f1 = f32_bits(w3)
w2 = bits_f32(f1)
if r0 == 0 goto extend3
r0 = 1
extend3:
w3 = w2
ret r3, 1
-- call f 0x5000000000007
-- result 7
-- call f 0x7fffffffffffffff
-- result 0xffffffff
-- call wrap 0x5000000000007
-- result 7
-- call known 0
-- result 7
