# an index into an array in the frame
-- asm
*(u64 *)(r10 - 8) = 0
*(u64 *)(r10 - 16) = 0
r2 = *(u32 *)(r1 + 16)
r2 &= 15
r3 = r10
r3 += -16
r3 += r2
*(u8 *)(r3 + 0) = 1
r0 = *(u8 *)(r3 + 0)
exit
-- ctx xdp
-- accepted
