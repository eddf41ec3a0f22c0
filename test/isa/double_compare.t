# a NaN is neither less nor equal
-- svm
.func main
.reg f64 r11-r13
.reg i32 r14-r16
d11 = 0.0
d12 = d11 / d11
d13 = 1.0
w14 = feq64(d12, d12)
w15 = flt64(d11, d13)
w16 = fle64(d13, d13)
w0 = w14 << 1
w0 = w0 + w15
w0 = w0 << 1
w0 = w0 + w16
exit
-- result
0x3
