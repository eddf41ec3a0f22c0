# a helper is called at each step
-- asm
r6 = 0
again:
call 7
r6 += 1
if r6 < 10 goto again
r0 = 0
exit
-- ctx xdp
-- accepted
