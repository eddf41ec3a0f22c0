A copy of a sign onto a known f32 is known too, and what reads it finds it.
-- svm
.export func f "f"
.export func g "g"
.func f (f32) -> (f32)
f0 = -3.0
f0 = fcopysign32(f0, 1)
f0 += 2
ret r0, 1
.func g (f64) -> (f64)
d0 = -3.0
d0 = fcopysign64(d0, 1)
d0 += 2
ret r0, 1
-- call f 0x3f800000
-- result 0x40400000
-- call g 0x3ff0000000000000
-- result 0x4008000000000000
