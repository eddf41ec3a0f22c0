Operations that eBPF has not: floats, conversions, divisions that trap.
-- svm
.export func div "div"
.export func rem "rem"
.export func min "min"
.export func near "near"
.export func trunc "trunc"
.export func sat "sat"
.export func rot "rot"
.func div (i32 i32) -> (i32)
w0 = sdivt32(w0, w1)
ret r0, 1
.func rem (i64 i64) -> (i64)
r0 = smodt64(r0, r1)
ret r0, 1
.func min (f64 f64) -> (f64)
d0 = fmin64(d0, d1)
ret r0, 1
.func near (f32) -> (f32)
f0 = fnear32(f0)
ret r0, 1
.func trunc (f64) -> (i32)
.reg any r1
w1 = trunc_s32_f64(d0)
ret r1, 1
.func sat (f64) -> (i64)
.reg any r1
r1 = sat_u64_f64(d0)
ret r1, 1
.func rot (i32 i32) -> (i32)
w0 = rotr32(w0, w1)
ret r0, 1
-- call div 0xfffffff9 2
-- result 0xfffffffd
-- call div 1 0
-- trap DIV_BY_ZERO 0
-- call div 0x80000000 0xffffffff
-- trap INT_OVERFLOW 0
-- call rem 0x8000000000000000 0xffffffffffffffff
-- result 0
-- call min 0x0000000000000000 0x8000000000000000
-- result 0x8000000000000000
-- call near 0x40200000
-- result 0x40000000
-- call trunc 0xc1e00000001fffff
-- result 0x80000000
-- call trunc 0xc1e0000000200000
-- trap INT_OVERFLOW 0
-- call trunc 0x7ff8000000000000
-- trap BAD_CONVERSION 0
-- call sat 0x43f0000000000000
-- result 0xffffffffffffffff
-- call sat 0xbff0000000000000
-- result 0
-- call rot 0x80000001 1
-- result 0xc0000000
