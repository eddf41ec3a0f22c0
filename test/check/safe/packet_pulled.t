# data is pulled in, and the pointers are read again
-- asm
r6 = r1
r2 = 64
call 39
r2 = *(u32 *)(r6 + 76)
r3 = *(u32 *)(r6 + 80)
r4 = r2
r4 += 64
r0 = 0
if r4 > r3 goto out
r0 = *(u8 *)(r2 + 63)
out:
exit
-- ctx tc
-- accepted
