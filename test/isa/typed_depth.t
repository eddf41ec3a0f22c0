Endless recursion ends by the limit of frames.
-- svm
.export func f "f"
.func f (i32) -> (i32)
.reg any r1
w1 = w0
callt r1, 1, func[f]
ret r1, 1
-- call f 1
-- trap CALL_DEPTH
