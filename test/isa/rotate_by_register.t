-- svm
.func main
r1 = 0x123456789abcdef0 ll
r2 = 64
r0 = rotl64(r1, r2)
r2 = 68
r0 = rotl64(r0, r2)
exit
-- result
0x23456789abcdef01
