# a length of [1, 64] of 64 bytes
-- asm
r2 = *(u32 *)(r1 + 16)
r2 &= 63
r2 += 1
r1 = r10
r1 += -64
call 16
r0 = 0
exit
-- ctx xdp
-- accepted
