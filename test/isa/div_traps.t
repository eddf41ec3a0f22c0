-- svm
.func main
r1 = 7
r2 = 0
r0 = divt64(r1, r2)
exit
-- trap DIV_BY_ZERO 2
