# the end minus the start is a number
-- asm
r2 = *(u32 *)(r1 + 76)
r3 = *(u32 *)(r1 + 80)
r3 -= r2
r0 = r3
exit
-- ctx tc
-- accepted
