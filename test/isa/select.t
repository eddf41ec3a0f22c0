-- svm
.func main
.reg f64 r11-r13
w1 = 0
r2 = 10
r3 = 20
r4 = w1 ? r2 : r3
d11 = 1.0
d12 = 2.0
w1 = 5
r13 = w1 ? r11 : r12
r0 = bits_f64(d13)
r0 = r0 + r4
exit
-- result
0x3ff0000000000014
