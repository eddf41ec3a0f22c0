-- svm
.func main
.reg f64 r11-r13
.reg f32 r14
r1 = -3
d11 = f64_s64(r1)
w2 = -1
d12 = f64_s32(w2)
d13 = d11 * d12
d13 = -d13
f14 = f32_f64(d13)
d11 = f64_f32(f14)
r0 = bits_f64(d11)
exit
-- result
0xc008000000000000
