# packet and end over the stack, and the check is still known
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
*(u64 *)(r10 - 8) = r2
*(u64 *)(r10 - 16) = r3
r4 = *(u64 *)(r10 - 8)
r5 = *(u64 *)(r10 - 16)
r0 = r4
r0 += 14
if r0 > r5 goto out
r2 = *(u64 *)(r10 - 8)
r0 = *(u8 *)(r2 + 13)
out:
r0 = 0
exit
-- ctx xdp
-- accepted
