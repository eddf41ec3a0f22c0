-- svm
.func main
.reg f32 r11-r12
.reg f64 r13
f11 = 0.5
f12 = 3.0
f11 = f11 + f12
f11 = f11 * f12
f11 = f11 - f12
f11 = f11 / f12
d13 = f64_f32(f11)
r0 = bits_f64(d13)
exit
-- result
0x4004000000000000
