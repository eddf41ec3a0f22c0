What leaves a number as it is makes a signalling NaN quiet all the same, the immediate forms too: x - 0 and x * 1.
-- svm
.export func sub64 "sub64"
.export func sub32 "sub32"
.export func sub64r "sub64r"
.export func mul32 "mul32"
.func sub64 (f64) -> (f64)
d0 = d0 - 0x0
ret r0, 1
.func sub32 (f32) -> (f32)
f0 = f0 - 0x0
ret r0, 1
.func sub64r (f64) -> (f64)
.reg any r1
r1 = 0
d0 = d0 - d1
ret r0, 1
.func mul32 (f32) -> (f32)
.reg any r1
w1 = 0x3f800000
f0 = f0 * f1
ret r0, 1
-- call sub64 0x7ff0000000000001
-- result 0x7ff8000000000001
-- call sub64 0x4000000000000000
-- result 0x4000000000000000
-- call sub64 0x8000000000000000
-- result 0x8000000000000000
-- call sub32 0x7f800001
-- result 0x7fc00001
-- call sub64r 0xfff0000000000123
-- result 0xfff8000000000123
-- call mul32 0x7f812345
-- result 0x7fc12345
