# and reads what stands there, through two frames
-- asm
*(u64 *)(r10 - 8) = 3
r1 = r10
r1 += -8
call local f
exit
f:
call local g
exit
g:
r0 = *(u64 *)(r1 + 0)
exit
-- ctx xdp
-- accepted
