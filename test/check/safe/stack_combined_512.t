# 256 bytes here and 224 there
-- asm
*(u64 *)(r10 - 256) = 0
call local f
r0 = 0
exit
f:
*(u64 *)(r10 - 224) = 0
r0 = 0
exit
-- ctx xdp
-- accepted
