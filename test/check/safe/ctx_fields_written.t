# mark, priority and cb
-- asm
*(u32 *)(r1 + 8) = 1
*(u32 *)(r1 + 32) = 2
*(u32 *)(r1 + 48) = 3
*(u32 *)(r1 + 64) = 4
r0 = *(u32 *)(r1 + 56)
exit
-- ctx tc
-- accepted
