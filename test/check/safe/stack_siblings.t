# two functions of 200 bytes, one after the other
-- asm
*(u64 *)(r10 - 200) = 0
call local f
call local g
r0 = 0
exit
f:
*(u64 *)(r10 - 200) = 0
r0 = 0
exit
g:
*(u64 *)(r10 - 200) = 0
r0 = 0
exit
-- ctx xdp
-- accepted
