-- svm
.func main
.reg f64 r11-r13
d11 = 1.5
d12 = 2.25
d13 = d11 * d12
d13 = d13 - d11
d13 = d13 / d12
d13 = d13 + d11
r0 = bits_f64(d13)
exit
-- result
0x4002aaaaaaaaaaab
