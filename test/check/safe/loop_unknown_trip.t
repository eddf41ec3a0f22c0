# as many steps as a number below 64 says
-- asm
r6 = *(u32 *)(r1 + 16)
r6 &= 63
r2 = 0
r0 = 0
again:
if r2 >= r6 goto out
r0 += 1
r2 += 1
goto again
out:
exit
-- ctx xdp
-- accepted
