# the function that is called tests
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
r1 = r0
call local f
exit
f:
r0 = 0
if r1 == 0 goto out
r0 = *(u32 *)(r1 + 0)
out:
exit
-- ctx xdp
-- maps
map m hash 4 8 4
-- accepted
