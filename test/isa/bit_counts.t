-- svm
.func main
r1 = 0x00f0000000000000 ll
r2 = clz64(r1)
r3 = ctz64(r1)
r4 = popcnt64(r1)
r5 = 0
r5 = clz64(r5)
w6 = 0
w6 = ctz32(w6)
r0 = r2 << 8
r0 = r0 + r3
r0 = r0 << 8
r0 = r0 + r4
r0 = r0 << 8
r0 = r0 + r5
r0 = r0 << 8
r0 = r0 + r6
exit
-- result
0x834044020
