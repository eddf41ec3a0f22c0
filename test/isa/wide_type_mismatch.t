-- svm
.func main
.reg f64 r11
r0 = r11 + r1
exit
-- error
r11 has type D where L is needed
