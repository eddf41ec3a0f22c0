# the context plus 8, minus 8
-- asm
r1 += 8
r0 = *(u32 *)(r1 + 0)
r1 += -8
r0 = *(u32 *)(r1 + 0)
exit
-- ctx tc
-- accepted
-- kernel rejects dereference of modified ctx ptr R1 off=8 disallowed
