# the distance of two places in the frame
-- asm
r2 = r10
r3 = r10
r3 += -16
r2 -= r3
r0 = r2
exit
-- ctx xdp
-- accepted
