-- svm
.memory 1
.func main
.reg f64 r11
.reg i32 r12
w2 = 16
r3 = 0x1122334455667788 ll
*(u64 *)mem0[w2 + 0x8] = r3
w4 = *(u8 *)mem0[w2 + 0x8]
r5 = *(s8 *)mem0[w2 + 0x8]
w0 = *(u16 *)mem0[w2 + 0x9]
r0 = r0 + r4
r0 = r0 + r5
d11 = *(u64 *)mem0[w2 + 0x8]
r6 = bits_f64(d11)
r0 = r0 ^ r6
w12 = *(u32 *)mem0[w2 + 0xc]
*(u16 *)mem0[w2 + 0x0] = w12
w7 = *(u32 *)mem0[w2 + 0x0]
r0 = r0 + r7
exit
-- result
0x1122334455664453
