# r11 and above belong to the frame
-- svm
.func main
.reg i64 r11
r11 = 5
r1 = 6
call local mul7
r0 = r0 + r11
exit
.func mul7
.reg i64 r11
r11 = 7
r0 = r1 * r11
exit
-- result
0x2f
