# index and offset do not wrap at 32 bits
-- svm
.memory 1
.func main
w2 = -1
w0 = *(u8 *)mem0[w2 + 0x1]
exit
-- trap OUT_OF_BOUNDS
