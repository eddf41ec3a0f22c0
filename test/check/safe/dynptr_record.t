# a record of a length that only the run knows
-- asm
r6 = *(u32 *)(r1 + 16)
r1 = map[0] ll
r2 = r6
r3 = 0
r4 = r10
r4 += -16
call 198
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call 203
if r0 == 0 goto out
*(u64 *)(r0 + 0) = 7
out:
r1 = r10
r1 += -16
r2 = 0
call 199
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- accepted
