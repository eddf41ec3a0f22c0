# a bounded walk with a check at each step
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r5 = 0
again:
r4 = r2
r4 += 1
if r4 > r3 goto out
r0 = *(u8 *)(r2 + 0)
r2 += 1
r5 += 1
if r5 < 64 goto again
out:
r0 = 0
exit
-- ctx xdp
-- accepted
