Indirect calls: what is not there, is null, or has another type.
-- svm
.export func at "at"
.export func ref "ref"
.export func null "null"
.table funcref 4
.type () -> (i32)
.elem funcref one null other
.func one () -> (i32)
.reg any r0
w0 = 1
ret r0, 1
.func other (i32) -> (i32)
ret r0, 1
.func at (i32) -> (i32)
.reg any r1-r3
w1 = 0
w2 = 0
w3 = 3
tinit r1, w2, w3, elem[0], table[0]
calltab r1, w0, 0, type[0], table[0]
ret r1, 1
.func ref (i32) -> (i32)
.reg any r1
.reg funcref r2
rfunc r2, func[other]
callref r1, r2, 0, type[0]
ret r1, 1
.func null () -> (i32)
.reg any r0
.reg funcref r1
callref r0, r1, 0, type[0]
ret r0, 1
-- call at 0
-- result 1
-- call at 1
-- trap NULL_ELEMENT 5
-- call at 2
-- trap CALL_TYPE 5
-- call at 4
-- trap NO_ELEMENT 5
-- call at 0xffffffff
-- trap NO_ELEMENT
-- call ref 1
-- trap CALL_TYPE 2
-- call null
-- trap NULL_FUNCTION 0
