# the context in another register, through a call
-- asm
r6 = r1
call 7
r0 = *(u32 *)(r6 + 0)
exit
-- ctx tc
-- accepted
