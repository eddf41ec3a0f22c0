# the low half of the index register counts
-- svm
.memory 1
.func main
r2 = 0x500000010 ll
r3 = 0x42
*(u64 *)mem0[w2 + 0x0] = r3
w2 = 16
r0 = *(u64 *)mem0[w2 + 0x0]
exit
-- result
0x42
