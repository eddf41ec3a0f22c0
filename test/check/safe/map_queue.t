# push and pop
-- asm
*(u64 *)(r10 - 8) = 5
r2 = r10
r2 += -8
r3 = 0
r1 = map[0] ll
call 87
r2 = r10
r2 += -16
r1 = map[0] ll
call 88
r0 = *(u64 *)(r10 - 16)
exit
-- ctx xdp
-- maps
map q queue 0 8 4
-- accepted
