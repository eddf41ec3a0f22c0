# the access is where the branch leads
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 != 0 goto read
r0 = 0
exit
read:
r0 = *(u64 *)(r0 + 0)
exit
-- ctx xdp
-- maps
map m hash 4 8 4
-- accepted
