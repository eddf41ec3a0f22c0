A tail call takes the place of its frame: a million of them need no stack.
-- svm
.export func count "count"
.export func far "far"
.export func mixed "mixed"
.table funcref 2
.type (i32 i32) -> (i32)
.elem funcref even odd
.func even (i32 i32) -> (i32)
.reg any r2-r4
if w0 != 0 goto l
ret r1, 1
l:
w2 = w0
w2 += -1
w3 = w1
w3 += 1
w4 = 1
tcalltab r2, w4, 2, type[0], table[0]
.func odd (i32 i32) -> (i32)
.reg any r2-r3
w2 = w0
w2 += -1
w3 = w1
w3 += 1
tcallt r2, 2, func[even]
.func count (i32) -> (i32)
.reg any r1-r3
w1 = 0
w2 = 2
w3 = 0
tinit r1, w3, w2, elem[0], table[0]
w1 = w0
w2 = 0
tcallt r1, 2, func[even]
.func far (i32) -> (i32)
.reg any r1-r2
.reg funcref r3
rfunc r3, func[even]
w1 = w0
w2 = 7
tcallref r1, r3, 2, type[0]
.func mixed (i32 i32) -> (i32)
.reg any r2-r3
if w0 != 0 goto more
ret r1, 1
more:
w2 = w0 - 1
w3 = w1 + 1
if w0 != 100 goto tail
callt r2, 2, func[mixed]
w2 += 1000
ret r2, 1
tail:
tcallt r2, 2, func[mixed]
-- call count 1000000
-- result 1000000
-- call far 0
-- result 7
-- call mixed 1000000 7
-- result 1001007
