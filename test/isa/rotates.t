-- svm
.func main
r1 = 0x8000000000000001 ll
r2 = rotl64(r1, 1)
r3 = rotr64(r1, 1)
w4 = rotl32(w1, 4)
w5 = rotr32(w1, 4)
r0 = r2 ^ r3
r0 = r0 ^ r4
r0 = r0 ^ r5
exit
-- result
0xc000000010000013
