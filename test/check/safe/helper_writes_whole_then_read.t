# what a helper may have written is there to be read
-- asm
r2 = 0
r3 = r10
r3 += -16
r4 = 16
call 26
if r0 != 0 goto out
r0 = *(u64 *)(r10 - 8)
r1 = *(u64 *)(r10 - 16)
r0 += r1
out:
r0 = 0
exit
-- ctx tc
-- accepted
