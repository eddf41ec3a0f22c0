# not above 10, and not below 20
-- asm
r2 = *(u32 *)(r1 + 16)
if r2 > 10 goto out
if r2 < 20 goto out
r0 = *(u64 *)(r2 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- accepted
