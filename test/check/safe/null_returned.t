# a function looks up, its caller tests
-- asm
call local f
if r0 == 0 goto out
r0 = *(u32 *)(r0 + 0)
exit
out:
r0 = 0
exit
f:
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
exit
-- ctx xdp
-- maps
map m hash 4 8 4
-- accepted
