Globals: of numbers, of v128, of references; a start function sets what others may not.
-- svm
.export func next "next"
.export func fixed "fixed"
.export func vec "vec"
.global mut i64
.global i64
.global mut v128
.start begin
.func begin ()
.reg any r0
r0 = 41
gset r0, global[1]
ret r0, 0
.func next (i64) -> (i64)
.reg any r1
gget r1, global[0]
r1 += r0
gset r1, global[0]
ret r1, 1
.func fixed () -> (i64)
.reg any r0
gget r0, global[1]
ret r0, 1
.func vec (i64) -> (i64)
.reg v128 r1-r2
v1 = i64x2_splat(r0)
vgset v1, global[2]
vgget v1, global[2]
r0 = i64x2_extract_lane(v1, 1)
ret r0, 1
-- call next 5
-- result 5
-- call next 6
-- result 11
-- call fixed
-- result 41
-- call vec 0x123456789abcdef0
-- result 0x123456789abcdef0
