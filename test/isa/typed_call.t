Calls through windows: arguments in, results out, what lies behind is 0.
-- svm
.export func fib "fib"
.export func behind "behind"
.export func two "two"
.func fib (i32) -> (i32)
.reg any r1-r4
if w0 s> 1 goto more
ret r0, 1
more:
w2 = w0
w2 += -1
callt r2, 1, func[fib]
w1 = w2
w2 = w0
w2 += -2
callt r2, 1, func[fib]
w1 += w2
ret r1, 1
.func behind (i32) -> (i64)
.reg any r1-r5
r1 = 1
r2 = 2
r3 = 3
r4 = 4
r5 = 5
w2 = w0
callt r2, 1, func[fib]
r1 = r1 + r2
r1 += r3
r1 += r4
r1 += r5
ret r1, 1
.func swap (i64 i64) -> (i64 i64)
.reg any r2-r3
r2 = r1
r3 = r0
ret r2, 2
.func two (i64 i64) -> (i64)
.reg any r2-r3
r2 = r0
r3 = r1
callt r2, 2, func[swap]
r2 <<= 32
r2 |= r3
ret r2, 1
-- call fib 20
-- result 6765
-- call behind 10
-- result 56
-- call two 5 7
-- result 0x700000005
