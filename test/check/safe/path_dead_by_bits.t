# an even number is never 7
-- asm
r2 = *(u32 *)(r1 + 16)
r2 <<= 1
if r2 == 7 goto never
r0 = 0
exit
never:
r0 = *(u64 *)(r2 + 0)
exit
-- ctx xdp
-- accepted
