# and so is that of the second
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r4 += 20
if r4 > r3 goto out
r5 = *(u8 *)(r2 + 0)
r5 &= 15
r5 <<= 2
r2 += r5
r4 = r2
r4 += 20
if r4 > r3 goto out
r5 = *(u8 *)(r2 + 12)
r5 >>= 4
r5 <<= 2
r2 += r5
r4 = r2
r4 += 4
if r4 > r3 goto out
r0 = *(u32 *)(r2 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- accepted
