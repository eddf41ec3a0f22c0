# entry 3 of an array of 4 is there
-- asm
*(u32 *)(r10 - 8) = 3
r2 = r10
r2 += -8
r1 = map[0] ll
call 1
r0 = *(u64 *)(r0 + 0)
r0 = 0
exit
-- maps
map m array 4 8 4
-- ctx xdp
-- accepted
