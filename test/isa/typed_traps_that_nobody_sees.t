Accesses that trap though nothing depends on what they read or leave: a load that is dropped, a store in front of a load
that traps, a store that another one covers.
-- svm
.export func dropped "dropped"
.export func before "before"
.export func covered "covered"
.export func looped "looped"
.export func at "at"
.mem 1
.func dropped (i32) -> (i32)
.reg any r1
w1 = *(u32 *)mem0[w0 + 0x0]
w0 = 7
ret r0, 1
.func before (i32) -> (i32)
.reg any r1-r2
w1 = 0x55
w2 = 0x10
*(u32 *)mem0[w2 + 0x0] = w1
w1 = *(u32 *)mem0[w0 + 0x0]
w0 = 7
ret r0, 1
.func covered (i32) -> (i32)
.reg any r1
w1 = 1
*(u32 *)mem0[w0 + 0x0] = w1
w1 = 2
*(u32 *)mem0[w0 + 0x0] = w1
ret r1, 1
.func looped (i32) -> (i32)
.reg any r1
w1 = *(u8 *)mem0[w0 + 0x0]
w0 += 1
if w0 != 0x20000 goto -0x4
ret r0, 1
.func at (i32) -> (i32)
w0 = *(u32 *)mem0[w0 + 0x0]
ret r0, 1
-- call dropped 0
-- result 7
-- call dropped 0xfffd
-- trap OUT_OF_BOUNDS 0
-- call before 0xfffd
-- trap OUT_OF_BOUNDS 4
-- call at 0x10
-- result 0x55
-- call covered 0xfffc
-- result 2
-- call covered 0x10000
-- trap OUT_OF_BOUNDS
-- call looped 0xfff0
-- trap OUT_OF_BOUNDS 0
