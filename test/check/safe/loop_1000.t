# 1,000 steps
-- asm
r2 = 1000
r0 = 0
again:
r0 += r2
r2 -= 1
if r2 != 0 goto again
exit
-- ctx xdp
-- accepted
