# a store into [-32, -17] does not touch what lies at -8
-- asm
r4 = r10
r4 += -48
*(u64 *)(r10 - 48) = 0
*(u64 *)(r10 - 8) = r4
r2 = *(u32 *)(r1 + 16)
r2 &= 15
r3 = r10
r3 += -32
r3 += r2
*(u8 *)(r3 + 0) = 1
r4 = *(u64 *)(r10 - 8)
r0 = *(u64 *)(r4 + 0)
exit
-- ctx xdp
-- accepted
