# a record is not lost by a new dynptr in its place
-- asm
r1 = map[0] ll
r2 = 16
r3 = 0
r4 = r10
r4 += -16
call 198
*(u64 *)(r10 - 32) = 0
r1 = r10
r1 += -32
r2 = 8
r3 = 0
r4 = r10
r4 += -16
call 197
exit
-- maps
map r ringbuf 0 0 4096
-- trap BAD_HANDLE
