-- svm
.func main
w1 = 7
w2 = 0
w0 = smodt32(w1, w2)
exit
-- trap DIV_BY_ZERO
