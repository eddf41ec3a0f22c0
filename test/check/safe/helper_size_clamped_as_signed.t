# a signed length, both bounds tested
-- asm
r6 = *(u64 *)(r1 + 112)
if r6 s<= 0 goto out
if r6 s> 64 goto out
r1 = r10
r1 += -64
r2 = r6
r3 = 0
call 113
out:
r0 = 0
exit
-- ctx kprobe
-- accepted
