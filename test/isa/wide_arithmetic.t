# three operands, registers above r10
-- svm
.func main
.reg i64 r11-r300
r11 = 40
r300 = 2
r0 = r11 + r300
exit
-- result
0x2a
