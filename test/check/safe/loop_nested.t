# 4 times 4
-- asm
r2 = 0
outer:
r3 = 0
inner:
r4 = r2
r4 <<= 2
r4 += r3
r5 = r10
r5 += -16
r5 += r4
*(u8 *)(r5 + 0) = 1
r3 += 1
if r3 < 4 goto inner
r2 += 1
if r2 < 4 goto outer
r0 = 0
exit
-- ctx xdp
-- accepted
