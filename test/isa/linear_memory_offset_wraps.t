# nor at 64
-- svm
.memory 1
.func main
w2 = 16
w0 = *(u8 *)mem0[w2 + 0xfffffffffffffff8]
exit
-- trap OUT_OF_BOUNDS
