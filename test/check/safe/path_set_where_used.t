# set on one path, and read on that path alone
-- asm
r2 = *(u32 *)(r1 + 16)
r0 = 0
if r2 > 3 goto other
r3 = 7
other:
if r2 > 3 goto out
r0 = r3
out:
exit
-- ctx xdp
-- accepted
