# a record that was submitted is the reader's
-- asm
r1 = map[0] ll
r2 = 16
r3 = 0
r4 = r10
r4 += -16
call 198
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call 203
r6 = r0
*(u64 *)(r6 + 0) = 5
r1 = r10
r1 += -16
r2 = 0
call 199
*(u64 *)(r6 + 0) = 6
exit
-- maps
map r ringbuf 0 0 4096
-- trap OUT_OF_BOUNDS
