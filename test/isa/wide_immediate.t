-- svm
.func main
.reg i64 r11
r11 = 7
r0 = r11 * -3
exit
-- result
0xffffffffffffffeb
