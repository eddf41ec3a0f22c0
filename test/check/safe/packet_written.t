# XDP writes packets
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r4 += 14
if r4 > r3 goto out
r5 = *(u8 *)(r2 + 0)
*(u8 *)(r2 + 6) = r5
*(u16 *)(r2 + 12) = 8
out:
r0 = 2
exit
-- ctx xdp
-- accepted
