-- svm
.func main
.reg i64 r11-r12
.reg f64 r13
r0 = bits_f64(d13)
r0 = r0 + r12
exit
-- result
0x0
