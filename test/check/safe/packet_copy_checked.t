# the check is of a copy, the access of another
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r5 = r2
r4 += 14
if r4 > r3 goto out
r0 = *(u8 *)(r5 + 13)
out:
r0 = 0
exit
-- ctx xdp
-- accepted
