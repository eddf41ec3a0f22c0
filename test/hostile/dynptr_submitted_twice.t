# after it is submitted there is no dynptr
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
call 199
r1 = r10
r1 += -16
r2 = 0
call 200
exit
-- maps
map r ringbuf 0 0 4096
-- trap BAD_HANDLE
