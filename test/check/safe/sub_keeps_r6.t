# the caller's r6 to r9 live through a call
-- asm
r6 = *(u32 *)(r1 + 16)
r6 &= 63
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r7 = r0
call local f
r7 += r6
r0 = *(u8 *)(r7 + 0)
out:
r0 = 0
exit
f:
r6 = 1000
r7 = 0
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- accepted
