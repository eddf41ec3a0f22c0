# the context over the stack
-- asm
*(u64 *)(r10 - 8) = r1
call 7
r1 = *(u64 *)(r10 - 8)
r0 = *(u32 *)(r1 + 8)
exit
-- ctx tc
-- accepted
