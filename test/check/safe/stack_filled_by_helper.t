# what a helper has written is read
-- asm
r1 = r10
r1 += -16
r2 = 16
call 16
r0 = *(u64 *)(r10 - 16)
r1 = *(u64 *)(r10 - 8)
r0 += r1
exit
-- ctx xdp
-- accepted
