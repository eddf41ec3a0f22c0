# the neighbouring half stays; old values are zero-extended
-- asm
r1 = 0x11111111ffffffff ll
*(u64 *)(r10 - 8) = r1
r2 = -1
w2 = atomic_fetch_add((u32 *)(r10 - 8), w2)
r3 = 0xffffffff ll
r0 = 1
if r2 != r3 goto out
r0 = *(u64 *)(r10 - 8)
out:
exit
-- result
0x11111111fffffffe
