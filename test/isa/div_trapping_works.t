-- svm
.func main
r1 = -7
r2 = 2
r3 = sdivt64(r1, r2)
w4 = modt32(w1, w2)
r0 = r3 + r4
exit
-- result
0xfffffffffffffffe
