# a function checks, and its caller reads what it was told
-- asm
r6 = r1
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
*(u64 *)(r10 - 8) = r2
r1 = r2
r2 = r3
call local f
r1 = r0
r0 = 2
exit
f:
r3 = r1
r3 += 14
r0 = 0
if r3 > r2 goto out
r0 = *(u8 *)(r1 + 13)
out:
exit
-- ctx xdp
-- accepted
