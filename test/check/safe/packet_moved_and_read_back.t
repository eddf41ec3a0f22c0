# the pointer behind the header reads the header
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r2 += 14
if r2 > r3 goto out
r0 = *(u8 *)(r2 - 14)
out:
r0 = 0
exit
-- ctx xdp
-- accepted
