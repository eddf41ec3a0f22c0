-- asm
*(u64 *)(r10 - 8) = 3
r0 = 0
r2 = 4
r2 = atomic_fetch_add((u64 *)(r10 - 8), r2)
r0 += r2
r2 = 8
r2 = atomic_fetch_or((u64 *)(r10 - 8), r2)
r0 += r2
r2 = 6
r2 = atomic_fetch_and((u64 *)(r10 - 8), r2)
r0 += r2
r2 = 1
r2 = atomic_fetch_xor((u64 *)(r10 - 8), r2)
r0 += r2
r2 = 100
r2 = xchg_64(r10 - 8, r2)
r0 += r2
r2 = *(u64 *)(r10 - 8)
r0 += r2
exit
-- result
0x8a
