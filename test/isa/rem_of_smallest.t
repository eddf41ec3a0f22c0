# no trap: WebAssembly's i64.rem_s gives 0
-- svm
.func main
r1 = 0x8000000000000000 ll
r2 = -1
r0 = smodt64(r1, r2)
exit
-- result
0x0
