# steps of 3 up to 30
-- asm
r2 = 0
r0 = 0
again:
r0 += r2
r2 += 3
if r2 < 30 goto again
exit
-- ctx xdp
-- accepted
