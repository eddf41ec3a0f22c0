Functions that call themselves and may end at once: results, counts, traps at their begin and behind their calls, frames.
-- svm
.export func fib "fib"
.export func put "put"
.export func walk "walk"
.export func visits "visits"
.export func div "div"
.export func last "last"
.export func deep "deep"
.mem 1
.global mut i32
.func fib (i32) -> (i32)
.reg any r1-r3
if w0 >= 2 goto more
w2 = w0
goto end
more:
w2 = w0 - 1
callt r2, 1, func[fib]
w3 = w0 - 2
callt r3, 1, func[fib]
w2 += w3
end:
ret r2, 1
.func put (i32 i32) -> (i32)
*(u32 *)mem0[w0 + 0x0] = w1
ret r1, 1
.func walk (i32) -> (i64)
.reg any r1-r4
gget r3, global[0]
w3 += 1
gset r3, global[0]
w1 = *(u32 *)mem0[w0 + 0x0]
if w1 != 0 goto inner
w3 = *(u32 *)mem0[w0 + 0x8]
ret r3, 1
inner:
w3 = w1
callt r3, 1, func[walk]
r3 *= 3
w4 = *(u32 *)mem0[w0 + 0x4]
callt r4, 1, func[walk]
r3 += r4
ret r3, 1
.func visits () -> (i32)
.reg any r0
gget r0, global[0]
ret r0, 1
.func div (i32 i32) -> (i32)
.reg any r2-r4
w2 = 100
w2 = divt32(w2, w0)
if w2 <= 50 goto more1
w3 = 7
w3 = divt32(w3, w1)
ret r3, 1
more1:
w3 = w0 - 1
w4 = w1
callt r3, 2, func[div]
w3 += 1
ret r3, 1
.func last (i32 f64) -> (f64)
.reg any r2-r4
if w0 != 0 goto more2
ret r1, 1
more2:
w3 = w0 - 1
d4 = d1
callt r3, 2, func[last]
if w0 != 3 goto end2
trap 0x1
end2:
ret r3, 1
.func deep (i32) -> (i32)
.reg any r1
if w0 != 0xffffffff goto more3
w1 = 5
ret r1, 1
more3:
w1 = w0 + 1
callt r1, 1, func[deep]
w1 += 1
ret r1, 1
-- call fib 10
-- result 55
-- insns 972
-- call fib 1
-- result 1
-- call put 16 32
-- result 32
-- call put 20 48
-- result 48
-- call put 40 5
-- result 5
-- call put 48 64
-- result 64
-- call put 52 32
-- result 32
-- call put 72 7
-- result 7
-- call walk 16
-- result 41
-- call visits
-- result 5
-- call put 52 0xfffffffe
-- result 0xfffffffe
-- call walk 16
-- trap OUT_OF_BOUNDS 5
-- call visits
-- result 10
-- call div 9 1
-- result 15
-- call div 9 0
-- trap DIV_BY_ZERO 4
-- call div 0 3
-- trap DIV_BY_ZERO 1
-- call last 2 0x3ff8000000000000
-- result 0x3ff8000000000000
-- call last 5 0x3ff8000000000000
-- trap UNREACHABLE
-- call deep 0xffffff00
-- result 260
-- call deep 0
-- trap CALL_DEPTH
