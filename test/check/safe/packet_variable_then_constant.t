# data + n + 4, checked as a whole
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r4 += 14
if r4 > r3 goto out
r5 = *(u8 *)(r2 + 0)
r2 += r5
r2 += 4
r4 = r2
r4 += 4
if r4 > r3 goto out
r0 = *(u32 *)(r2 + 0)
r0 = *(u32 *)(r2 - 4)
out:
r0 = 0
exit
-- ctx xdp
-- accepted
