# each way has checked, and they meet
-- asm
r5 = *(u32 *)(r1 + 16)
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
if r5 == 3 goto other
r4 = r2
r4 += 14
if r4 > r3 goto out
goto read
other:
r4 = r2
r4 += 20
if r4 > r3 goto out
read:
r0 = *(u8 *)(r2 + 13)
out:
r0 = 0
exit
-- ctx xdp
-- accepted
