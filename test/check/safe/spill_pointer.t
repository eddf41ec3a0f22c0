# a pointer to a value over the stack
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
*(u64 *)(r10 - 16) = r0
r1 = 0
r1 = *(u64 *)(r10 - 16)
r0 = *(u64 *)(r1 + 56)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- accepted
