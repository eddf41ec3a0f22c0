-- svm
.func main
w1 = -0x80000000
w2 = -1
w0 = sdivt32(w1, w2)
exit
-- trap INT_OVERFLOW
