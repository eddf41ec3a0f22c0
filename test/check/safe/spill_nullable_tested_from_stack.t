# spilled, taken off, tested, and the first register is used
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
r6 = r0
*(u64 *)(r10 - 16) = r0
r1 = *(u64 *)(r10 - 16)
if r1 == 0 goto out
r0 = *(u64 *)(r6 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- accepted
