# counts down to 0
-- asm
r2 = 8
again:
r3 = r10
r4 = r2
r4 *= -8
r3 += r4
*(u64 *)(r3 + 0) = 0
r2 -= 1
if r2 != 0 goto again
r0 = 0
exit
-- ctx xdp
-- accepted
