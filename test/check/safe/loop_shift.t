# a number that is halved until it is 0
-- asm
r2 = *(u32 *)(r1 + 16)
r0 = 0
r3 = 0
again:
r0 += 1
r2 >>= 1
r3 += 1
if r3 < 32 goto again
exit
-- ctx xdp
-- accepted
