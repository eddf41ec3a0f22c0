# data + n is checked by a copy, plus the part that is read
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r4 += 14
if r4 > r3 goto out
r5 = *(u8 *)(r2 + 0)
r2 += r5
r0 = r2
r4 = r2
r4 += 8
if r4 > r3 goto out
r0 = *(u64 *)(r0 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- accepted
