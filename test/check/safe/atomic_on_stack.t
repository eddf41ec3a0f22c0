# on the frame, and what was exchanged is a number
-- asm
*(u64 *)(r10 - 8) = 1
r1 = 2
r1 = xchg_64(r10 - 8, r1)
r0 = 2
r2 = 9
r0 = cmpxchg_64(r10 - 0x8, r0, r2)
exit
-- ctx xdp
-- accepted
