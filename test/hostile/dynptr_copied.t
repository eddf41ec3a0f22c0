# the bytes of a dynptr are not the dynptr
-- asm
r1 = map[0] ll
r2 = 16
r3 = 0
r4 = r10
r4 += -16
call 198
r1 = *(u64 *)(r10 - 16)
*(u64 *)(r10 - 32) = r1
r1 = *(u64 *)(r10 - 8)
*(u64 *)(r10 - 24) = r1
r1 = r10
r1 += -32
r2 = 0
call 199
exit
-- maps
map r ringbuf 0 0 4096
-- trap BAD_HANDLE
