# a pointer into the frame is not 0
-- asm
r2 = r10
r2 += -8
r0 = 0
if r2 == 0 goto never
exit
never:
r0 = 1
exit
-- ctx xdp
-- accepted
