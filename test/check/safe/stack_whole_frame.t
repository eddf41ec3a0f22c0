# the first and the last 8 bytes of the frame
-- asm
*(u64 *)(r10 - 512) = 1
*(u64 *)(r10 - 8) = 2
r0 = *(u64 *)(r10 - 512)
exit
-- ctx xdp
-- accepted
