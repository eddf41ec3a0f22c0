# a jump with a 32-bit offset
-- asm
r2 = *(u32 *)(r1 + 16)
if r2 > 3 goto other
gotol over
other:
r0 = 1
exit
over:
r0 = 2
exit
-- ctx xdp
-- accepted
