# the function leaves an index in its caller's frame
-- asm
r6 = *(u32 *)(r1 + 16)
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r7 = r0
r1 = r10
r1 += -16
r2 = r6
call local f
r1 = *(u64 *)(r10 - 16)
r7 += r1
r0 = *(u8 *)(r7 + 0)
out:
r0 = 0
exit
f:
r2 &= 63
*(u64 *)(r1 + 0) = r2
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- accepted
