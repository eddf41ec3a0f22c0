Tables: read, written, grown, filled, copied; all of it within bounds.
-- svm
.export func size "size"
.export func get "get"
.export func grow "grow"
.export func fill "fill"
.export func copy "copy"
.export func init "init"
.table funcref 3 10
.elem funcref size null
.func size () -> (i32)
.reg any r0
tsize r0, table[0]
ret r0, 1
.func get (i32) -> (i32)
.reg funcref r1
tget r1, w0, table[0]
w0 = isnull(r1)
ret r0, 1
.func grow (i32) -> (i32)
.reg funcref r1
rfunc r1, func[size]
tgrow r0, w0, r1, table[0]
ret r0, 1
.func fill (i32 i32) -> (i32)
.reg funcref r2
rfunc r2, func[size]
tfill r0, r2, w1, table[0]
ret r0, 1
.func copy (i32 i32 i32) -> (i32)
tcopy r0, w1, w2, table[0], table[0]
ret r0, 1
.func init (i32 i32 i32) -> (i32)
tinit r0, w1, w2, elem[0], table[0]
tdrop elem[0]
ret r0, 1
-- call size
-- result 3
-- call get 2
-- result 1
-- call get 3
-- trap TABLE_BOUNDS 0
-- call grow 2
-- result 3
-- call get 4
-- result 0
-- call grow 6
-- result 0xffffffff
-- call fill 0 1
-- result 0
-- call get 0
-- result 0
-- call copy 1 0 2
-- result 1
-- call get 1
-- result 0
-- call get 2
-- result 1
-- call copy 1 0 9
-- trap TABLE_BOUNDS 0
-- call fill 5 1
-- trap TABLE_BOUNDS 2
-- call init 0 1 1
-- result 0
-- call get 0
-- result 1
-- call init 0 0 1
-- trap TABLE_BOUNDS 0
