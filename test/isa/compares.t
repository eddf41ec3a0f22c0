-- svm
.func main
.reg i32 r11-r16
r1 = -1
r2 = 1
w11 = clt64(r1, r2)
w12 = cslt64(r1, r2)
w13 = ceq64(r1, -1)
w14 = csle32(w1, w2)
w15 = cle32(w1, w2)
w16 = cne64(r1, r2)
w0 = w11 + w12
w0 = w0 << 1
w0 = w0 + w13
w0 = w0 << 1
w0 = w0 + w14
w0 = w0 << 1
w0 = w0 + w15
w0 = w0 << 1
w0 = w0 + w16
exit
-- result
0x1d
