-- svm
.memory 1
.func main
w2 = 16
r3 = 0x1122334455667788 ll
*(u64 *)mem0[w2 + 0x8] = r3
r4 = *(u8 *)mem0[w2 + 0x8]
w4 = *(u8 *)mem0[w2 + 0x8]
r5 = *(s8 *)mem0[w2 + 0x8]
w0 = *(u16 *)mem0[w2 + 0x9]
r0 = r0 + r4
r0 = r0 + r5
exit
-- error
no load of a u8 to r registers
