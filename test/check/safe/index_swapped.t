# the upper byte of 16 bits, after the bytes were turned
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r6 = *(u16 *)(r0 + 0)
r6 = be16 r6
r6 >>= 10
r0 += r6
r0 = *(u8 *)(r0 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- accepted
