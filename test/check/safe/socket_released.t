# looked up, tested, read, released
-- asm
*(u64 *)(r10 - 8) = 0
*(u32 *)(r10 - 12) = 0
r2 = r10
r2 += -12
r3 = 12
r4 = 0
r5 = 0
call 84
if r0 == 0 goto out
r6 = *(u32 *)(r0 + 4)
r1 = r0
call 86
out:
r0 = 0
exit
-- ctx tc
-- accepted
