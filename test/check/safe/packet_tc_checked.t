# tc, too
-- asm
r2 = *(u32 *)(r1 + 76)
r3 = *(u32 *)(r1 + 80)
r4 = r2
r4 += 14
r0 = 0
if r4 > r3 goto out
r0 = *(u8 *)(r2 + 13)
*(u8 *)(r2 + 0) = 1
out:
exit
-- ctx tc
-- accepted
