# what the program writes over a dynptr means nothing
-- asm
r1 = map[0] ll
r2 = 16
r3 = 0
r4 = r10
r4 += -16
call 198
r1 = -1
*(u64 *)(r10 - 16) = r1
*(u64 *)(r10 - 8) = r1
r1 = r10
r1 += -24
r2 = 8
r3 = r10
r3 += -16
r4 = 16
r5 = 0
call 201
r6 = r0
r1 = r10
r1 += -16
r2 = 0
call 199
r0 = r6
exit
-- maps
map r ringbuf 0 0 4096
-- result 0xfffffffffffffff9
