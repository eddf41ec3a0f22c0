Atomic accesses: the old value comes back, the width is the row's, addresses are aligned.
-- svm
.export func add "add"
.export func cmp "cmp"
.export func load "load"
.export func wait "wait"
.export func notify "notify"
.mem shared 1 1
.func add (i32 i32) -> (i32)
maadd8 w1, mem0[w0 + 0x0]
ret r1, 1
.func cmp (i32 i64 i64) -> (i64)
macmp64 r1, mem0[w0 + 0x0]
fence
ret r1, 1
.func load (i32) -> (i64)
.reg any r1
mald64 r1, mem0[w0 + 0x0]
ret r1, 1
.func wait (i32 i32 i64) -> (i32)
mawait32 w1, mem0[w0 + 0x0]
ret r1, 1
.func notify (i32 i32) -> (i32)
manotify w1, mem0[w0 + 0x0]
ret r1, 1
-- call add 0 0xff
-- result 0
-- call add 0 2
-- result 0xff
-- call load 0
-- result 1
-- call cmp 0 1 0x123456789a
-- result 1
-- call cmp 0 1 5
-- result 0x123456789a
-- call load 4
-- trap UNALIGNED 0
-- call load 0x10000
-- trap OUT_OF_BOUNDS 0
-- call wait 8 1 0
-- result 1
-- call wait 8 0 1000
-- result 2
-- call notify 8 3
-- result 0
