# n bytes at n: 32 + 32 of 64
-- asm
r6 = *(u32 *)(r1 + 0)
r6 &= 31
r3 = r10
r3 += -64
r3 += r6
r2 = 0
r4 = 32
call 26
r0 = 0
exit
-- ctx tc
-- accepted
