# a branch that is never taken leads to what would not be safe
-- asm
r2 = 5
if r2 != 5 goto never
r0 = 0
exit
never:
r0 = *(u64 *)(r2 + 0)
exit
-- ctx xdp
-- accepted
