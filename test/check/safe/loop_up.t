# 64 steps of 8 bytes through 512
-- asm
r2 = 0
r3 = r10
r3 += -512
again:
*(u64 *)(r3 + 0) = 0
r3 += 8
r2 += 1
if r2 < 64 goto again
r0 = 0
exit
-- ctx xdp
-- accepted
