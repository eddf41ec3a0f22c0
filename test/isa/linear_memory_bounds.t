-- svm
.memory 1
.func main
w2 = 65535
w0 = *(u16 *)mem0[w2 + 0x0]
exit
-- trap OUT_OF_BOUNDS
