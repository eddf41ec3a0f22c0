# the caller bounds the index that the function uses
-- asm
r6 = *(u32 *)(r1 + 16)
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r6 &= 63
r1 = r0
r2 = r6
call local f
exit
out:
r0 = 0
exit
f:
r1 += r2
r0 = *(u8 *)(r1 + 0)
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- accepted
