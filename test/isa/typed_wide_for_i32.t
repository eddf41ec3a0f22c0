Where an i32 is wanted an i64 register does: whatever way an index came, it is the low half that counts - by a select, as an
argument in a register or in a slot, as a result, in an exception, by a global.
-- svm
.export func store "store"
.export func select "select"
.export func crossing "crossing"
.export func argument "argument"
.export func last "last"
.export func tail "tail"
.export func table "table"
.export func result "result"
.export func caught "caught"
.export func global "global"
.export func round "round"
.mem 1 1
.tag (i32)
.global mut i32
.table funcref 1
.type (i32) -> (i32)
.elem funcref load
.func store (i32 i32) -> (i32)
*(u8 *)mem0[w0 + 0x2010] = w1
ret r1, 1
.func select (i64 i32) -> (i32)
.reg i32 r2
.reg any r3-r5
r3 = r0
r2 = w1 ? r3 : r4
w5 = *(u8 *)mem0[w2 + 0x2010]
ret r5, 1
.func crossing (i64 i32) -> (i32)
.reg i32 r2
.reg any r3-r5
r3 = r0
r2 = w1 ? r3 : r4
if w1 == 0 goto out
w5 = *(u8 *)mem0[w2 + 0x2010]
out:
ret r5, 1
.func load (i32) -> (i32)
.reg any r1
w1 = *(u8 *)mem0[w0 + 0x2010]
ret r1, 1
.func argument (i64) -> (i32)
.reg any r1
r1 = r0
callt r1, 1, func[load]
ret r1, 1
.func load9 (i32 i32 i32 i32 i32 i32 i32 i32 i32) -> (i32)
.reg any r9
w9 = *(u8 *)mem0[w8 + 0x2010]
ret r9, 1
.func last (i64) -> (i32)
.reg any r1-r9
r9 = r0
callt r1, 9, func[load9]
ret r1, 1
.func tail (i64) -> (i32)
tcallt r0, 1, func[load]
.func table (i64) -> (i32)
.reg any r1-r4
w1 = 0
w2 = 0
w3 = 1
tinit r1, w2, w3, elem[0], table[0]
r1 = r0
calltab r1, w4, 1, type[0], table[0]
ret r1, 1
.func low (i64) -> (i32)
ret r0, 1
.func result (i64) -> (i32)
.reg any r1
callt r0, 1, func[low]
w1 = *(u8 *)mem0[w0 + 0x2010]
ret r1, 1
.func throws (i64)
throw r0, 1, tag[0]
.func caught (i64) -> (i32)
.reg i32 r1
.reg exnref r2
.reg any r3-r4
.catch b, e, h, r2
r3 = r0
b:
callt r3, 1, func[throws]
e:
ret r3, 1
h:
exnarg r1, r2, 1, tag[0]
w3 = *(u8 *)mem0[w1 + 0x2010]
ret r3, 1
.func global (i64) -> (i32)
.reg i32 r1
.reg any r2
gset r0, global[0]
gget r1, global[0]
w2 = *(u8 *)mem0[w1 + 0x2010]
ret r2, 1
.func round (i32 i64 i32) -> (i32)
.reg any r3-r4
again:
w3 = *(u8 *)mem0[w0 + 0x2010]
r4 = r1
r0 = w2 ? r4 : r0
w2 += -1
if w2 != -1 goto again
ret r3, 1
-- call store 0x1000 0x5a
-- result 0x5a
-- call select 0xfffffff500001000 1
-- result 0x5a
-- call select 0xffffffffffffe008 1
-- trap OUT_OF_BOUNDS 3
-- call crossing 0xfffffff500001000 1
-- result 0x5a
-- call crossing 0xffffffffffffe008 1
-- trap OUT_OF_BOUNDS 4
-- call argument 0xfffffff500001000
-- result 0x5a
-- call argument 0xffffffffffffe008
-- trap OUT_OF_BOUNDS 0
-- call last 0xfffffff500001000
-- result 0x5a
-- call last 0xffffffffffffe008
-- trap OUT_OF_BOUNDS 0
-- call tail 0xfffffff500001000
-- result 0x5a
-- call tail 0xffffffffffffe008
-- trap OUT_OF_BOUNDS 0
-- call table 0xfffffff500001000
-- result 0x5a
-- call table 0xffffffffffffe008
-- trap OUT_OF_BOUNDS 0
-- call result 0xfffffff500001000
-- result 0x5a
-- call result 0xffffffffffffe008
-- trap OUT_OF_BOUNDS 2
-- call caught 0xfffffff500001000
-- result 0x5a
-- call caught 0xffffffffffffe008
-- trap OUT_OF_BOUNDS 7
-- call global 0xfffffff500001000
-- result 0x5a
-- call global 0xffffffffffffe008
-- trap OUT_OF_BOUNDS 4
-- call round 8 0xfffffff500001000 1
-- result 0x5a
-- call round 8 0xffffffffffffe008 1
-- trap OUT_OF_BOUNDS 0
