# registers of the probed place
-- asm
r0 = *(u64 *)(r1 + 112)
r2 = *(u64 *)(r1 + 160)
r0 = 0
exit
-- ctx kprobe
-- accepted
