# tested after another call
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
r6 = r0
call 7
if r6 == 0 goto out
r0 = *(u64 *)(r6 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m hash 4 8 4
-- accepted
