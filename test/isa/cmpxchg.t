-- asm
*(u64 *)(r10 - 8) = 5
r0 = 4
r1 = 9
r0 = cmpxchg_64(r10 - 8, r0, r1)
if r0 != 5 goto bad
r2 = *(u64 *)(r10 - 8)
if r2 != 5 goto bad
r0 = cmpxchg_64(r10 - 8, r0, r1)
r2 = *(u64 *)(r10 - 8)
r0 <<= 8
r0 |= r2
exit
bad:
r0 = -1
exit
-- result
0x509
