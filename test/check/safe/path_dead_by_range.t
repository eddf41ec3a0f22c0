# [0, 63] is never above 100
-- asm
r2 = *(u32 *)(r1 + 16)
r2 &= 63
if r2 > 100 goto never
r0 = 0
exit
never:
r0 = *(u64 *)(r2 + 0)
exit
-- ctx xdp
-- accepted
