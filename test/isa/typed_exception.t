Exceptions: caught by tag, passed on, thrown again; what was written before the throw stands, the window is 0.
-- svm
.export func try "try"
.export func outer "outer"
.export func again "again"
.export func none "none"
.export func window "window"
.export func wrong "wrong"
.tag (i32)
.tag (i64 i64)
.func throws (i32) -> (i32)
.reg any r1-r2
if w0 == 0 goto good
if w0 == 1 goto a
r1 = 100
r2 = 20
throw r1, 2, tag[1]
a:
w1 = 7
throw r1, 1, tag[0]
good:
w1 = 1
ret r1, 1
.func try (i32) -> (i32)
.reg any r1-r3
.reg exnref r4
.reg any r5-r6
.catch try_b, try_e, try_h, r4
w3 = 0
try_b:
w3 = 1000
w5 = w0
callt r5, 1, func[throws]
w3 = w5
try_e:
ret r3, 1
try_h:
exnis w1, r4, tag[0]
if w1 != 0 goto one
exnis w1, r4, tag[1]
if w1 != 0 goto two
throwref r4
one:
exnarg r1, r4, 1, tag[0]
w1 += w3
ret r1, 1
two:
exnarg r1, r4, 2, tag[1]
r1 += r2
r1 += r3
ret r1, 1
.func outer (i32) -> (i32)
.reg any r1
.reg exnref r2
.reg any r3-r4
.catch outer_b, outer_e, outer_h, r2
outer_b:
w3 = w0
callt r3, 1, func[pass]
outer_e:
ret r3, 1
outer_h:
exnis w1, r2, tag[1]
ret r1, 1
.func pass (i32) -> (i32)
.reg any r1
w1 = w0
callt r1, 1, func[throws]
ret r1, 1
.func again (i32) -> (i32)
.reg any r1
.reg exnref r2
.reg any r3-r4
.reg exnref r5
.catch again_b, again_e, again_h, r2
.catch again_h, again_e2, again_h2, r5
again_b:
w3 = w0
callt r3, 1, func[throws]
again_e:
ret r3, 1
again_h:
throwref r2
again_e2:
again_h2:
exnis w1, r5, tag[0]
w1 += 40
ret r1, 1
.func none (i32) -> (i32)
.reg exnref r1
throwref r1
.func window (i32) -> (i64)
.reg exnref r1
.reg any r2-r6
.catch window_b, window_e, window_h, r1
r2 = 1
r3 = 2
r4 = 4
r5 = 8
r6 = 16
window_b:
w4 = w0
callt r4, 1, func[throws]
window_e:
ret r4, 1
window_h:
r2 += r3
r2 += r4
r2 += r5
r2 += r6
ret r2, 1
.func wrong (i32) -> (i32)
.reg exnref r1
.reg any r2-r4
.catch wrong_b, wrong_e, wrong_h, r1
wrong_b:
w2 = w0
callt r2, 1, func[throws]
wrong_e:
ret r2, 1
wrong_h:
exnarg r2, r1, 1, tag[0]
ret r2, 1
-- call try 0
-- result 1
-- call try 1
-- result 1007
-- call try 2
-- result 1120
-- call outer 2
-- result 1
-- call outer 1
-- result 0
-- call again 1
-- result 41
-- call again 2
-- result 40
-- call none 0
-- trap NULL_EXCEPTION 0
-- call window 1
-- result 3
-- call wrong 1
-- result 7
-- call wrong 2
-- trap NULL_EXCEPTION 5
