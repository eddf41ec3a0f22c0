# an index times 8 into 32 bytes of the frame
-- asm
*(u64 *)(r10 - 8) = 0
*(u64 *)(r10 - 16) = 0
*(u64 *)(r10 - 24) = 0
*(u64 *)(r10 - 32) = 0
r2 = *(u32 *)(r1 + 16)
r2 &= 3
r2 <<= 3
r3 = r10
r3 += -32
r3 += r2
r0 = *(u64 *)(r3 + 0)
exit
-- ctx xdp
-- accepted
