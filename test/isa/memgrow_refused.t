# more than 65536 pages: -1, and nothing changes
-- svm
.memory 1
.func main
w2 = 65536
w3 = memgrow(mem0, w2)
w4 = memsize(mem0)
r0 = r3 + r4
exit
-- result
0x100000000
