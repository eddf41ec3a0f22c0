An offset of more than 32 bits goes past every memory of 32-bit addresses, and past what is reserved behind one.
-- svm
.export func load "load"
.export func store "store"
.export func byte "byte"
.export func add "add"
.export func vec "vec"
.export func notify "notify"
.mem 1 2
.func load (i32) -> (i32)
.reg i32 r1
w1 = *(u32 *)mem0[w0 + 0x80000000000]
ret r1, 1
.func store (i32) -> (i32)
*(u32 *)mem0[w0 + 0x100000000] = w0
ret r0, 1
.func byte (i32) -> (i32)
.reg i32 r1
w1 = *(u8 *)mem0[w0 + 0x7fffffffffffffff]
ret r1, 1
.func add (i32 i32) -> (i32)
maadd32 w1, mem0[w0 + 0x100000000]
ret r1, 1
.func vec (i32) -> (i32)
.reg v128 r2
v128_load8_lane v2, 1, mem0[w0 + 0x8000000000000000]
ret r0, 1
.func notify (i32 i32) -> (i32)
manotify w1, mem0[w0 + 0x7ffffffffff0]
ret r1, 1
-- call load 0
-- trap OUT_OF_BOUNDS 0
-- call store 0
-- trap OUT_OF_BOUNDS 0
-- call byte 0
-- trap OUT_OF_BOUNDS 0
-- call byte 0xffffffff
-- trap OUT_OF_BOUNDS 0
-- call add 0 1
-- trap OUT_OF_BOUNDS 0
-- call vec 0
-- trap OUT_OF_BOUNDS 0
-- call notify 0 1
-- trap OUT_OF_BOUNDS 0
