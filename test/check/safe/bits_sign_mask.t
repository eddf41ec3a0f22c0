# n & ~(n >> 63 of n): what is negative becomes 0
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r6 = *(s16 *)(r0 + 0)
r7 = r6
r7 s>>= 63
r7 ^= -1
r6 &= r7
r6 &= 63
r0 += r6
r0 = *(u8 *)(r0 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- accepted
