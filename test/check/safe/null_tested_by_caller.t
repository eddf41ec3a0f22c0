# the caller tests, and the function reads
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r1 = r0
call local f
exit
out:
r0 = 0
exit
f:
r0 = *(u32 *)(r1 + 0)
exit
-- ctx xdp
-- maps
map m hash 4 8 4
-- accepted
