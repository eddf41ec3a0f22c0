# the place is used for something else once the record is gone
-- asm
r1 = map[0] ll
r2 = 8
r3 = 0
r4 = r10
r4 += -16
call 198
r1 = r10
r1 += -16
r2 = 0
call 200
*(u64 *)(r10 - 8) = 5
r0 = *(u64 *)(r10 - 8)
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- accepted
