-- asm
*(u64 *)(r10 - 8) = 0x10
r2 = 5
lock *(u64 *)(r10 - 8) += r2
lock *(u64 *)(r10 - 8) |= r2
r3 = 0x17
lock *(u64 *)(r10 - 8) &= r3
r4 = 1
lock *(u64 *)(r10 - 8) ^= r4
r0 = *(u64 *)(r10 - 8)
exit
-- result
0x14
