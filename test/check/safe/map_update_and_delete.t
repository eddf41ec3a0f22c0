# key and value on the stack
-- asm
*(u32 *)(r10 - 4) = 1
*(u64 *)(r10 - 16) = 2
r2 = r10
r2 += -4
r3 = r10
r3 += -16
r4 = 0
r1 = map[0] ll
call 2
r2 = r10
r2 += -4
r1 = map[0] ll
call 3
r0 = 0
exit
-- ctx xdp
-- maps
map m hash 4 8 4
-- accepted
