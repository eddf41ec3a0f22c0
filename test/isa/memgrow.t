-- svm
.memory 1
.func main
w2 = 2
w3 = memgrow(mem0, w2)
w4 = memsize(mem0)
w5 = 131072
r6 = 0x77
*(u64 *)mem0[w5 + 0x0] = r6
r7 = *(u64 *)mem0[w5 + 0x0]
r0 = r3 << 8
r0 = r0 + r4
r0 = r0 << 8
r0 = r0 + r7
exit
-- result
0x10377
