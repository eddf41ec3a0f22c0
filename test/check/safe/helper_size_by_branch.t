# a length between 1 and 64
-- asm
r6 = *(u32 *)(r1 + 0)
if r6 == 0 goto out
if r6 > 64 goto out
r2 = 0
r3 = r10
r3 += -64
r4 = r6
call 26
out:
r0 = 0
exit
-- ctx tc
-- accepted
