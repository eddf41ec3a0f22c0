# bounded in 32 bits, then cut by two shifts
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r6 = *(u64 *)(r0 + 0)
if w6 > 63 goto out
r6 <<= 32
r6 >>= 32
r0 += r6
r0 = *(u8 *)(r0 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- accepted
